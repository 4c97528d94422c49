// bmff: boxes of MP4, MOV, M4A and fragments, found in a file of any size.
//
// Comes in: a ByteSource. Goes out: boxes as ranges of it (nothing but headers is read), the
// children of a container, the absolute offsets that tables hold, and a movie box whose offsets
// were moved.
//
// Spec: ISO/IEC 14496-12:2022 (ISO base media file format); QuickTime File Format for MOV. A box is
// size (u32), type (4cc), [largesize u64 when size is 1], [usertype 16 when type is uuid], payload;
// size 0 reaches to the end and may only be the last box of the file.
//
// Limits: 65 536 boxes at one level, depth 32 in find(). An error of code "bmff" says the boxes are
// broken; Fault::world says the disk is. Not implemented: the meaning of boxes but those that hold
// absolute offsets: stco, co64, saio (in stbl), tfhd, tfra, iloc; compressed movie headers and
// media in other files are found by check_movable().
//
// Reading order: bmff.hpp, boxes.cpp, offsets.hpp (tables of absolute offsets), offsets.cpp,
// item_locations.hpp (iloc).
#pragma once

#include "base/byte_source.hpp"

namespace exhibit::bmff {

using BoxType = ByteArray<4>;
constexpr BoxType box_type(char const (&text)[5]) {
    return {static_cast<Byte>(text[0]), static_cast<Byte>(text[1]), static_cast<Byte>(text[2]),
            static_cast<Byte>(text[3])};
}

inline constexpr std::size_t boxes_max = 65536;
inline constexpr unsigned depth_max = 32;

struct Box {
    BoxType type{};
    ByteArray<16> usertype{};  // of a uuid box
    std::uint64_t offset = 0;
    std::uint64_t header_bytes = 0;  // size and type, largesize; not the usertype
    std::uint64_t size = 0;          // with the header
    std::uint64_t end() const { return offset + size; }
    ByteRange whole() const { return {offset, size}; }
    ByteRange payload() const { return {offset + header_bytes, size - header_bytes}; }
};

// The boxes of a range, which they must fill exactly. top_level: of the whole file.
Result<std::vector<Box>> boxes_in(ByteSource const& source, ByteRange range);
Result<std::vector<Box>> top_level(ByteSource const& source);
// The children of a container; `meta` of ISO files has four bytes of version and flags before them.
Result<std::vector<Box>> children(ByteSource const& source, Box const& parent);

// "/moov/trak[2]/mdia": every box on that path; [n] counts from 1 among those of the same type.
// Code "xpath" when the path itself is not of this form.
Result<std::vector<Box>> find(ByteSource const& source, std::string_view xpath);
Result<std::vector<Box>> find(ByteSource const& source, std::vector<Box> const& top,
                              std::string_view xpath);

// Does the file begin like one of this family: ftyp, styp, or a QuickTime file's first box?
bool looks_like_bmff(ByteView beginning);

Bytes write_box(BoxType type, ByteView payload);

}  // namespace exhibit::bmff
