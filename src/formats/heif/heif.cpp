#include "formats/heif/heif.hpp"

#include <algorithm>

#include "base/reader.hpp"

namespace exhibit::heif {
namespace {

using bmff::Box;
using bmff::box_type;

constexpr std::uint64_t table_bytes_max = 4 << 20;

Error wrong(std::string what) { return bad_input("is no HEIF picture: " + what).coded("heif"); }

// Version and flags, then the fields (ISO/IEC 14496-12 §4.2).
struct FullBox {
    unsigned version = 0;
    std::uint32_t flags = 0;
    Bytes fields;
};

Result<FullBox> read_full_box(ByteSource const& source, Box const& box) {
    auto const payload = box.payload();
    if (payload.length < 4) return wrong("a box is cut off");
    if (payload.length > table_bytes_max) return wrong("a table is too large");
    auto bytes = TRY(source.read(payload.offset, payload.length));
    FullBox out;
    out.version = bytes[0];
    out.flags = static_cast<std::uint32_t>(bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
    out.fields.assign(bytes.begin() + 4, bytes.end());
    return out;
}

Box const* first(std::vector<Box> const& boxes, bmff::BoxType type) {
    auto const at = std::ranges::find(boxes, type, &Box::type);
    return at == boxes.end() ? nullptr : &*at;
}

Result<std::uint64_t> take_sized(Reader& reader, unsigned bytes) {
    std::uint64_t value = 0;
    auto const view = TRY(reader.take(bytes));
    for (auto const byte : view) value = value << 8 | byte;
    return value;
}

// The id of the first item of type `Exif` (§8.11.6: infe of version 2 has u16 ids, 3 has u32).
Result<std::optional<std::uint32_t>> exif_item(ByteSource const& source, Box const& iinf) {
    auto const head = TRY(read_full_box(source, iinf));
    std::uint64_t const count_bytes = head.version == 0 ? 2 : 4;
    auto range = iinf.payload();
    if (range.length < 4 + count_bytes) return wrong("iinf is cut off");
    range = {range.offset + 4 + count_bytes, range.length - 4 - count_bytes};
    auto const entries = TRY(bmff::boxes_in(source, range));
    for (auto const& entry : entries) {
        if (entry.type != box_type("infe")) continue;
        auto const box = TRY(read_full_box(source, entry));
        if (box.version != 2 && box.version != 3) continue;
        Reader reader(box.fields);
        auto const id = TRY(take_sized(reader, box.version == 2 ? 2 : 4));
        TRY(reader.take(2));  // protection
        auto const type = TRY(reader.take(4));
        if (as_text(type) == "Exif") return std::optional(static_cast<std::uint32_t>(id));
    }
    return std::optional<std::uint32_t>();
}

struct Location {
    unsigned method = 0;
    std::vector<ByteRange> extents;
};

struct Sizes {
    unsigned offset = 0, length = 0, base = 0, index = 0;
};

bool is_size(unsigned bytes) { return bytes == 0 || bytes == 4 || bytes == 8; }

// §8.11.3. Of the wanted item; none when it is not listed.
Result<std::optional<Location>> location_of(FullBox const& iloc, std::uint32_t wanted) {
    if (iloc.version > 2) return wrong("iloc is of a version that is not known");
    Reader reader(iloc.fields);
    auto const packed = TRY(reader.take_u16be());
    Sizes const sizes{packed >> 12 & 15u, packed >> 8 & 15u, packed >> 4 & 15u,
                      iloc.version == 0 ? 0 : packed & 15u};
    if (!is_size(sizes.offset) || !is_size(sizes.length) || !is_size(sizes.base) ||
        !is_size(sizes.index))
        return wrong("iloc has fields of odd sizes");
    unsigned const id_bytes = iloc.version < 2 ? 2 : 4;
    auto const items = TRY(take_sized(reader, id_bytes));
    if (items > items_max) return wrong("too many items");
    for (std::uint64_t i = 0; i < items; ++i) {
        Location out;
        auto const id = TRY(take_sized(reader, id_bytes));
        if (iloc.version > 0) {
            auto const method = TRY(reader.take_u16be());
            out.method = method & 15u;
        }
        auto const reference = TRY(reader.take_u16be());
        auto const base = TRY(take_sized(reader, sizes.base));
        auto const extents = TRY(reader.take_u16be());
        if (extents > extents_max) return wrong("too many extents");
        for (unsigned n = 0; n < extents; ++n) {
            TRY(reader.take(sizes.index));
            auto const offset = TRY(take_sized(reader, sizes.offset));
            auto const length = TRY(take_sized(reader, sizes.length));
            if (offset > UINT64_MAX - base) return wrong("an extent lies outside");
            out.extents.push_back({base + offset, length});
        }
        if (id != wanted) continue;
        if (reference != 0 || out.method > 1) return wrong("its Exif lies in another place");
        return std::optional(std::move(out));
    }
    return std::optional<Location>();
}

Result<Bytes> read_extents(ByteSource const& source, Location const& location,
                           std::optional<ByteRange> within) {
    Bytes out;
    auto const limit = within ? within->length : source.size();
    for (auto const& extent : location.extents) {
        if (extent.offset > limit || extent.length > limit - extent.offset)
            return wrong("an extent lies outside");
        if (extent.length > exif_bytes_max - out.size()) return wrong("its Exif is too large");
        auto const start = (within ? within->offset : 0) + extent.offset;
        auto const piece = TRY(source.read(start, extent.length));
        append(out, piece);
    }
    return out;
}

}  // namespace

Result<bool> is_heif(ByteSource const& source, std::vector<Box> const& top) {
    auto const* ftyp = first(top, box_type("ftyp"));
    if (ftyp == nullptr) return false;
    auto const payload = ftyp->payload();
    auto const bytes =
        TRY(source.read(payload.offset, std::min<std::uint64_t>(payload.length, 1024)));
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
        auto const brand = as_text(ByteView(bytes).subspan(at, 4));
        for (auto const known : {"mif1", "msf1", "heic", "heix", "heim", "heis", "hevc", "avif"}) {
            if (brand == known) return true;
        }
    }
    return false;
}

Result<Bytes> exif_of(ByteSource const& source, std::vector<Box> const& top) {
    auto const* meta = first(top, box_type("meta"));
    if (meta == nullptr) return Bytes();
    auto const inside = TRY(bmff::children(source, *meta));
    auto const* iinf = first(inside, box_type("iinf"));
    auto const* iloc = first(inside, box_type("iloc"));
    if (iinf == nullptr || iloc == nullptr) return Bytes();
    auto const item = TRY(exif_item(source, *iinf));
    if (!item) return Bytes();
    auto const table = TRY(read_full_box(source, *iloc));
    auto const location = TRY(location_of(table, *item));
    if (!location) return wrong("its Exif is nowhere");
    std::optional<ByteRange> within;
    if (location->method == 1) {
        auto const* idat = first(inside, box_type("idat"));
        if (idat == nullptr) return wrong("its Exif lies in a box that is not there");
        within = idat->payload();
    }
    auto const content = TRY(read_extents(source, *location, within));
    Reader reader(content);
    auto const skip = TRY(reader.take_u32be());
    TRY(reader.take(skip));
    return to_bytes(reader.rest());
}

}  // namespace exhibit::heif
