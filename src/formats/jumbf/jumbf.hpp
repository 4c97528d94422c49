// jumbf: boxes in boxes with labels, the container in which C2PA keeps its manifests.
//
// Comes in: one superbox, from anyone. Goes out: a tree of superboxes and content boxes that look
// into those bytes, or an Error of code "jumbf"; and from a tree its bytes.
//
// Spec: ISO/IEC 19566-5 (JUMBF) as C2PA 2.2 to 2.5 uses it (§11.1). A box is LBox (u32), TBox
// (4cc), [XLBox u64 when LBox is 1], payload; LBox 0 reaches to the end of the enclosing box and
// may only be the last. A superbox `jumb` begins with its description `jumd`: type UUID, toggles,
// label, and where the toggles say so an id, a hash and one private box, which for C2PA is the salt
// `c2sh`.
//
// Limits: depth 8, 65 536 boxes; nothing is allocated by a claimed length. A label holds no control
// character and none of / ; ? #, because URIs are made of labels.
// write(parse(x)) == x for what we write; others' XLBox and LBox 0 are read, and written plainly.
// Not implemented: requests, references to other files, the hash toggle's meaning.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit::jumbf {

using TypeId = ByteArray<16>;
using BoxType = ByteArray<4>;

constexpr BoxType box_type(char const (&text)[5]) {
    return {static_cast<Byte>(text[0]), static_cast<Byte>(text[1]), static_cast<Byte>(text[2]),
            static_cast<Byte>(text[3])};
}

// The UUIDs that end in -0011-0010-8000-00AA00389B71, told apart by their first four bytes.
constexpr TypeId type_id(char const (&text)[5]) {
    auto const four = box_type(text);
    return {four[0], four[1], four[2], four[3], 0x00, 0x11, 0x00, 0x10,
            0x80,    0x00,    0x00,    0xaa,    0x00, 0x38, 0x9b, 0x71};
}
inline constexpr TypeId embedded_file = {0x40, 0xcb, 0x0c, 0x32, 0xbb, 0x8a, 0x48, 0x9d,
                                         0xa7, 0x0b, 0x2a, 0xd6, 0xf4, 0x7f, 0x43, 0x69};

inline constexpr unsigned depth_max = 8;
inline constexpr std::size_t boxes_max = 65536;
inline constexpr std::size_t label_max = 512;

struct ContentBox {
    BoxType type{};
    ByteView payload;
};

struct Description {
    TypeId type{};
    Byte toggles = 0x03;  // requestable, with a label
    std::string label;
    std::optional<std::uint32_t> id;
    std::optional<ByteArray<32>> hash;
    std::optional<ContentBox> private_box;
    // The salt of C2PA: the payload of the private box `c2sh`; empty when there is none.
    ByteView salt() const;
};

struct Superbox {
    Description description;
    std::vector<ContentBox> contents;  // in order; superboxes are in children
    std::vector<Superbox> children;
    // Everything behind the 8 (or 16) bytes of the superbox's own header: what a hashed URI hashes.
    ByteView payload;
    ByteView whole;

    std::string const& label() const { return description.label; }
    // The only child with this label: null when there is none or more than one.
    Superbox const* only_child(std::string_view label) const;
    // The payload of the first content box of a type; null when there is none.
    ContentBox const* content(BoxType type) const;
};

// Exactly one superbox. Views live as long as the bytes.
Result<Superbox> parse(ByteView bytes);
// The superbox that the bytes begin with; what follows it is left alone (padding).
Result<Superbox> parse_first(ByteView bytes);

// Writing: a box around a payload, and a superbox around what is already written.
Bytes write_box(BoxType type, ByteView payload);
Bytes write_superbox(Description const& description, std::vector<Bytes> const& boxes);
Bytes write_description(Description const& description);
// The tree as it was read: contents before children, as C2PA orders them.
Bytes write(Superbox const& box);

}  // namespace exhibit::jumbf
