#include "formats/bmff/offsets.hpp"

#include <algorithm>

#include "base/reader.hpp"
#include "formats/bmff/item_locations.hpp"

namespace exhibit::bmff {
namespace {

constexpr auto stco = box_type("stco");
constexpr auto co64 = box_type("co64");
constexpr auto saio = box_type("saio");
constexpr auto tfhd = box_type("tfhd");
constexpr auto tfra = box_type("tfra");
constexpr auto iloc = box_type("iloc");
constexpr auto meta = box_type("meta");

Error wrong(std::string what) { return bad_input("is no MP4 or MOV: " + what).coded("bmff"); }

bool is_container(BoxType type) {
    for (auto const& one :
         {box_type("moov"), box_type("trak"), box_type("mdia"), box_type("minf"), box_type("stbl"),
          box_type("moof"), box_type("traf"), box_type("mfra"), meta}) {
        if (type == one) return true;
    }
    return false;
}

std::uint64_t number_at(ByteView bytes, std::size_t at, std::size_t width) {
    std::uint64_t value = 0;
    for (auto byte : bytes.subspan(at, width)) value = value << 8 | byte;
    return value;
}

void put_number(MutableBytes to, std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) to[width - 1 - i] = static_cast<Byte>(value >> (8 * i));
}

// Where the numbers of a leaf box lie in it (counted from the start of the payload).
struct Table {
    std::size_t first = 0;
    std::size_t width = 4;
    std::uint64_t count = 0;
    std::size_t stride = 4;
};

Table saio_table(ByteView payload) {
    bool const typed = (payload[3] & 1) != 0;  // aux_info_type and its parameter
    std::size_t const at = typed ? 12 : 4;
    if (payload.size() < at + 4) return {};
    std::size_t const width = payload[0] == 0 ? 4 : 8;
    return {at + 4, width, number_at(payload, at, 4), width};
}

Table tfra_table(ByteView payload) {
    if (payload.size() < 16) return {};
    std::size_t const wide = payload[0] == 1 ? 8 : 4;
    auto const lengths = number_at(payload, 8, 4);
    auto const sizes = (lengths >> 4 & 3) + (lengths >> 2 & 3) + (lengths & 3) + 3;
    return {16 + wide, wide, number_at(payload, 12, 4), static_cast<std::size_t>(2 * wide + sizes)};
}

// The table of a box that holds absolute offsets; count 0 for every other box.
Result<Table> table_of(BoxType type, ByteView payload, bool in_fragment) {
    Table table;
    if (payload.size() < 8) return table;
    if (type == stco)
        table = {8, 4, number_at(payload, 4, 4), 4};
    else if (type == co64)
        table = {8, 8, number_at(payload, 4, 4), 8};
    // In a fragment, saio counts from the fragment's own base (ISO/IEC 14496-12 §8.7.9.3).
    else if (type == saio && !in_fragment)
        table = saio_table(payload);
    else if (type == tfra)
        table = tfra_table(payload);
    else if (type == tfhd && (payload[3] & 1) != 0)
        table = {8, 8, 1, 8};
    if (table.count == 0) return table;
    auto const room = payload.size() < table.first ? 0 : payload.size() - table.first;
    if (table.count - 1 > room / table.stride ||
        (table.count - 1) * table.stride + table.width > room) {
        return wrong("a table longer than its box");
    }
    return table;
}

// How many bytes of a container's payload come before its first child.
std::size_t before_children(BoxType type, ByteView payload) {
    // A full box in ISO files, a plain one in QuickTime: there `hdlr` begins at once.
    if (type != meta || payload.size() < 12) return 0;
    return same_bytes(payload.subspan(4, 4), box_type("hdlr")) ? 0 : 4;
}

class Mover {
public:
    Mover(std::vector<Shift> const& shifts, bool in_fragment)
        : shifts_(shifts), in_fragment_(in_fragment) {}

    // Moves the numbers where they stand. False when one is too large for its table; a dry run says
    // so before anything was changed.
    Result<bool> in_place(MutableBytes whole, BoxType type, std::size_t header, bool dry,
                          unsigned depth = 0) const {
        if (depth > depth_max) return wrong("nested too deeply");
        auto const payload = whole.subspan(header);
        if (!is_container(type)) return leaf_in_place(payload, type, dry);
        auto const inside = TRY(children_of(payload, type));
        bool fit = true;
        for (auto const& child : inside) {
            auto const bytes = payload.subspan(child.offset, child.size);
            bool const fits = TRY(in_place(bytes, child.type, child.header_bytes, dry, depth + 1));
            fit = fit && fits;
        }
        return fit;
    }

    // Appends the box with its numbers moved, and with wider tables where they are needed.
    Outcome widened(ByteView whole, BoxType type, std::size_t header, Bytes& out,
                    unsigned depth = 0) const {
        if (depth > depth_max) return wrong("nested too deeply");
        auto const payload = whole.subspan(header);
        if (!is_container(type)) return leaf_widened(whole, type, header, out);
        auto const inside = TRY(children_of(payload, type));
        auto const begin = out.size();
        append(out, whole.first(header));
        append(out, payload.first(before_children(type, payload)));
        for (auto const& child : inside) {
            auto const bytes = payload.subspan(child.offset, child.size);
            TRY(widened(bytes, child.type, child.header_bytes, out, depth + 1));
        }
        auto const size = out.size() - begin;
        // A long header counts in its second half.
        if (size != whole.size())
            put_number(MutableBytes(out).subspan(begin + (header == 16 ? 8 : 0)), size,
                       header == 16 ? 8 : 4);
        return {};
    }

private:
    static Result<std::vector<Box>> children_of(ByteView payload, BoxType type) {
        MemorySource const source(payload);
        auto const skip = before_children(type, payload);
        return boxes_in(source, {skip, payload.size() - skip});
    }

    Result<bool> leaf_in_place(MutableBytes payload, BoxType type, bool dry) const {
        if (type == iloc) {
            auto const items = TRY(shift_item_locations(payload, shifts_));
            if (!dry) std::ranges::copy(items, payload.begin());
            return true;
        }
        auto const table = TRY(table_of(type, payload, in_fragment_));
        for (std::uint64_t i = 0; i < table.count; ++i) {
            auto const at = table.first + static_cast<std::size_t>(i) * table.stride;
            auto const place = moved(number_at(payload, at, table.width), shifts_);
            if (table.width == 4 && place > 0xffffffff) {
                if (type == stco) return false;
                return wrong("an offset would pass 4 GiB, and its box has no form for that");
            }
            if (!dry) put_number(payload.subspan(at, table.width), place, table.width);
        }
        return true;
    }

    Outcome leaf_widened(ByteView whole, BoxType type, std::size_t header, Bytes& out) const {
        auto const begin = out.size();
        append(out, whole);
        auto const copy = MutableBytes(out).subspan(begin + header);
        bool const fits = TRY(leaf_in_place(copy, type, true));
        if (fits) {
            TRY(leaf_in_place(copy, type, false));
            return {};
        }
        auto const payload = whole.subspan(header);
        auto const table = TRY(table_of(type, payload, in_fragment_));
        out.resize(begin);
        append(out, big_endian<4>(8 + table.first + 8 * table.count));
        append(out, co64);
        append(out, payload.first(table.first));
        for (std::uint64_t i = 0; i < table.count; ++i) {
            auto const at = table.first + static_cast<std::size_t>(i) * table.stride;
            append(out, big_endian<8>(moved(number_at(payload, at, table.width), shifts_)));
        }
        return {};
    }

    std::vector<Shift> const& shifts_;
    bool in_fragment_;
};

// Whoever lays out a file knows how large these boxes are, and only a movie may be asked again.
enum class Growth { allowed, refused };

Result<Bytes> move_in(Bytes whole, std::vector<Shift> const& shifts, bool in_fragment,
                      Growth growth = Growth::refused) {
    auto const boxes = TRY(boxes_in(MemorySource(whole), {0, whole.size()}));
    if (boxes.size() != 1) return wrong("not one box");
    auto const& box = boxes[0];
    Mover const mover(shifts, in_fragment);
    bool const fits = TRY(mover.in_place(whole, box.type, box.header_bytes, true));
    if (fits) {
        TRY(mover.in_place(whole, box.type, box.header_bytes, false));
        return whole;
    }
    // Hostile: no writer puts a chunk table there.
    if (growth == Growth::refused)
        return wrong("an offset would pass 4 GiB in a box that cannot become larger");
    Bytes out;
    out.reserve(2 * whole.size());  // at most: what is not used of it takes no memory
    TRY(mover.widened(whole, box.type, box.header_bytes, out));
    return out;
}

Outcome visit_box(ByteSource const& source, Box const& box, bool in_fragment, unsigned depth,
                  std::function<void(std::uint64_t)> const& visit) {
    if (depth > depth_max) return wrong("nested too deeply");
    if (is_container(box.type)) {
        auto const inside = TRY(children(source, box));
        for (auto const& child : inside)
            TRY(visit_box(source, child, in_fragment, depth + 1, visit));
        return {};
    }
    bool const wanted = box.type == stco || box.type == co64 || box.type == saio ||
                        box.type == tfhd || box.type == tfra || box.type == iloc;
    if (!wanted) return {};
    if (box.size > movie_box_max) return wrong("a table too long to be true");
    auto const payload = TRY(source.read(box.payload().offset, box.payload().length));
    if (box.type == iloc) return for_each_item_offset(payload, visit);
    auto const table = TRY(table_of(box.type, payload, in_fragment));
    for (std::uint64_t i = 0; i < table.count; ++i) {
        visit(number_at(payload, table.first + static_cast<std::size_t>(i) * table.stride,
                        table.width));
    }
    return {};
}

// Does a `dref` name media in another file? An entry with flag 1 says "this file"; one without a
// location is read so too.
bool names_other_files(ByteView dref) {
    MemorySource const source(dref);
    auto const entries = boxes_in(source, {8, dref.size() - 8});
    if (!entries.ok()) return true;
    return std::ranges::any_of(*entries, [&](Box const& entry) {
        if (entry.payload().length < 4) return true;
        auto const here = (dref[entry.payload().offset + 3] & 1) != 0;
        return !here && entry.payload().length > 5;
    });
}

}  // namespace

std::uint64_t moved(std::uint64_t place, std::vector<Shift> const& shifts) {
    auto out = place;
    for (auto const& shift : shifts) {
        if (place >= shift.from) out += shift.by;
    }
    return out;
}

Result<Bytes> shift_movie(Bytes moov, std::vector<Shift> const& shifts) {
    return move_in(std::move(moov), shifts, false, Growth::allowed);
}

Result<Bytes> shift_fragment(Bytes moof, std::vector<Shift> const& shifts) {
    return move_in(std::move(moof), shifts, true);
}

Result<Bytes> shift_random_access(Bytes mfra, std::vector<Shift> const& shifts) {
    return move_in(std::move(mfra), shifts, false);
}

Result<Bytes> shift_metadata(Bytes box, std::vector<Shift> const& shifts) {
    return move_in(std::move(box), shifts, false);
}

Outcome for_each_offset(ByteSource const& source, std::vector<Box> const& top,
                        std::function<void(std::uint64_t)> const& visit) {
    for (auto const& box : top) {
        bool const fragment = box.type == box_type("moof");
        bool const other = box.type == box_type("moov") || box.type == box_type("mfra");
        if (!fragment && !other && box.type != meta) continue;
        TRY(visit_box(source, box, fragment, 0, visit));
    }
    return {};
}

Outcome check_movable(ByteSource const& source, std::vector<Box> const& top) {
    auto const fixed = [](char const* why) {
        return bad_input(std::string("holds offsets that cannot be moved: ") + why)
            .coded("bmff-fixed");
    };
    auto const compressed = TRY(find(source, top, "/moov/cmov"));
    if (!compressed.empty()) return fixed("its movie header is compressed");
    auto const references = TRY(find(source, top, "/moov/trak/mdia/minf/dinf/dref"));
    for (auto const& box : references) {
        if (box.payload().length < 8 || box.size > (1 << 20)) return fixed("a broken dref");
        auto const dref = TRY(source.read(box.payload().offset, box.payload().length));
        if (names_other_files(dref)) return fixed("some of its media lies in another file");
    }
    return {};
}

}  // namespace exhibit::bmff
