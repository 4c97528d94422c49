#include "formats/bmff/item_locations.hpp"

#include <algorithm>

namespace exhibit::bmff {
namespace {

Error wrong(std::string what) { return bad_input("is no MP4 or MOV: " + what).coded("bmff"); }

// A number in the table: where it stands, how wide it is (0: not there, and then 0), its value.
struct Number {
    std::size_t at = 0, width = 0;
    std::uint64_t value = 0;
};

struct Item {
    Number base;
    std::vector<Number> extents;
    bool in_this_file = false;
};

class Walker {
public:
    explicit Walker(ByteView payload) : payload_(payload) {}

    Outcome walk(std::function<Outcome(Item const&)> const& take) {
        auto const version = TRY(number(1));
        TRY(number(3));  // flags
        auto const sizes = TRY(number(2));
        if (version.value > 2) return wrong("an item table of an unknown version");
        version_ = version.value;
        offset_width_ = sizes.value >> 12;
        length_width_ = sizes.value >> 8 & 15;
        base_width_ = sizes.value >> 4 & 15;
        index_width_ = version_ == 0 ? 0 : sizes.value & 15;
        for (auto width : {offset_width_, length_width_, base_width_, index_width_}) {
            if (width != 0 && width != 4 && width != 8) return wrong("an item table of odd widths");
        }
        auto const count = TRY(number(version_ < 2 ? 2 : 4));
        for (std::uint64_t i = 0; i < count.value; ++i) {
            auto const one = TRY(item());
            TRY(take(one));
        }
        return {};
    }

private:
    Result<Number> number(std::uint64_t width) {
        Number out{at_, static_cast<std::size_t>(width), 0};
        if (width > payload_.size() - at_) return wrong("an item table is cut off");
        for (std::size_t i = 0; i < width; ++i) out.value = out.value << 8 | payload_[at_ + i];
        at_ += out.width;
        return out;
    }

    Result<Item> item() {
        Item out;
        TRY(number(version_ < 2 ? 2 : 4));  // item_ID
        std::uint64_t method = 0;
        if (version_ > 0) {
            auto const construction = TRY(number(2));
            method = construction.value & 15;
        }
        auto const reference = TRY(number(2));
        out.in_this_file = method == 0 && reference.value == 0;
        out.base = TRY(number(base_width_));
        auto const count = TRY(number(2));
        extents_ += count.value;
        if (extents_ > extents_max) return wrong("too many extents");
        // With all widths zero an extent takes no byte of the table: six bytes would stand for
        // 65,535 of them, and a movie of a few megabytes for hours of work.
        if (count.value > 1 && index_width_ + offset_width_ + length_width_ == 0)
            return wrong("an item in many pieces that say nothing");
        for (std::uint64_t i = 0; i < count.value; ++i) {
            TRY(number(index_width_));
            auto const extent = TRY(number(offset_width_));
            TRY(number(length_width_));
            out.extents.push_back(extent);
        }
        return out;
    }

    ByteView payload_;
    std::size_t at_ = 0, extents_ = 0;
    std::uint64_t version_ = 0, offset_width_ = 0, length_width_ = 0, base_width_ = 0,
                  index_width_ = 0;
};

bool fits(Number const& where, std::uint64_t value) {
    return where.width == 8 ? value >> 63 == 0 : value >> (8 * where.width) == 0;
}

Outcome put(Bytes& to, Number const& where, std::uint64_t value) {
    if (!fits(where, value))
        return wrong("an offset would pass 4 GiB, and its box has no form for that");
    for (std::size_t i = 0; i < where.width; ++i)
        to[where.at + where.width - 1 - i] = static_cast<Byte>(value >> (8 * i));
    return {};
}

}  // namespace

Outcome for_each_item_offset(ByteView payload, std::function<void(std::uint64_t)> const& visit) {
    return Walker(payload).walk([&](Item const& item) -> Outcome {
        if (!item.in_this_file) return {};
        for (auto const& extent : item.extents) visit(item.base.value + extent.value);
        return {};
    });
}

// The base moves when there is one and all extents move with it; else each extent moves.
Result<Bytes> shift_item_locations(ByteView payload, std::vector<Shift> const& shifts) {
    auto out = to_bytes(payload);
    auto const shift_one = [&](Item const& item) -> Outcome {
        if (!item.in_this_file || item.extents.empty()) return {};
        std::vector<std::uint64_t> by;
        for (auto const& extent : item.extents) {
            auto const place = item.base.value + extent.value;
            by.push_back(moved(place, shifts) - place);
        }
        bool const together = std::ranges::all_of(by, [&](auto one) { return one == by.front(); });
        auto const base = item.base.value + by.front();
        if (item.base.width > 0 && together && fits(item.base, base))
            return put(out, item.base, base);
        for (std::size_t i = 0; i < by.size(); ++i) {
            auto const& extent = item.extents[i];
            if (extent.width == 0 && by[i] != 0)
                return wrong("an item without a place of its own would have to move");
            auto const stored = put(out, extent, extent.value + by[i]);
            if (!stored.ok()) return stored;
        }
        return {};
    };
    TRY(Walker(payload).walk(shift_one));
    return out;
}

}  // namespace exhibit::bmff
