// Which boxes of an MP4 a c2pa.hash.bmff assertion leaves out (§18.7), and the hash of the rest.
#include <algorithm>

#include "formats/c2pa/asset_hasher.hpp"
#include "formats/c2pa/binding.hpp"

namespace exhibit::c2pa {
namespace {

constexpr std::size_t entries_max = 256;

Error wrong(std::string what) {
    return bad_input("its exclusions are malformed: " + what).coded("bmff-exclusions");
}

Result<std::uint64_t> number_in(cbor::Value const& entry, char const* key) {
    auto const* value = entry.find(key);
    auto const number = value == nullptr ? std::nullopt : value->unsigned_number();
    if (!number) return wrong(std::string("no ") + key);
    return *number;
}

// Do version, flags, length and bytes of the box agree with what the entry asks for?
Result<bool> entry_fits(ByteSource const& source, bmff::Box const& box, cbor::Value const& entry) {
    auto const* length = entry.find("length");
    if (length != nullptr && !length->is_null() && length->unsigned_number() != box.size)
        return false;
    auto const* version = entry.find("version");
    auto const* flags = entry.find_bytes("flags");
    if ((version != nullptr && !version->is_null()) || flags != nullptr) {
        if (box.payload().length < 4) return false;
        auto const head = TRY(source.read(box.payload().offset, 4));
        if (version != nullptr && !version->is_null() && version->unsigned_number() != head[0])
            return false;
        if (flags != nullptr) {
            if (flags->size() != 3) return wrong("flags");
            auto const* exact = entry.find("exact");
            bool const all = exact == nullptr || exact->boolean().value_or(true);
            for (std::size_t i = 0; i < 3; ++i) {
                auto const have = all ? head[i + 1] : head[i + 1] & (*flags)[i];
                if (have != (*flags)[i]) return false;
            }
        }
    }
    auto const* data = entry.find_array("data");
    for (std::size_t i = 0; data != nullptr && i < data->size(); ++i) {
        auto const offset = TRY(number_in((*data)[i], "offset"));
        auto const* value = (*data)[i].find_bytes("value");
        if (value == nullptr) return wrong("data without a value");
        if (offset > box.size || value->size() > box.size - offset) return false;
        auto const there = TRY(source.read(box.offset + offset, value->size()));
        if (there != *value) return false;
    }
    return true;
}

Result<std::vector<ByteRange>> ranges_of(bmff::Box const& box, cbor::Value const& entry) {
    std::vector<ByteRange> out;
    auto const* subset = entry.find_array("subset");
    if (subset == nullptr) {
        out.push_back(box.whole());
        return out;
    }
    std::uint64_t at = 0;
    for (auto const& one : *subset) {
        auto const offset = TRY(number_in(one, "offset"));
        auto const length = TRY(number_in(one, "length"));
        if (offset < at) return wrong("a subset that is not ascending");
        if (offset >= box.size) break;
        auto const room = box.size - offset;
        auto const taken = length == 0 ? room : std::min(length, room);
        out.push_back({box.offset + offset, taken});
        at = offset + taken;
    }
    return out;
}

enum class Usual { always, harmless, no };

// The C2PA box and mfra must be left out, and media with a tree beside it; free and skip may.
bool is_usual(std::string_view xpath, cbor::Value const& entry, bool has_merkle) {
    if (xpath == "/mfra" || xpath == "/free" || xpath == "/skip") return true;
    if (xpath == "/mdat") return has_merkle;
    if (xpath != "/uuid") return false;
    auto const* data = entry.find_array("data");
    for (std::size_t i = 0; data != nullptr && i < data->size(); ++i) {
        auto const* value = (*data)[i].find_bytes("value");
        auto const* offset = (*data)[i].find("offset");
        bool const ours = value != nullptr && same_bytes(*value, bmff_usertype) &&
                          offset != nullptr && offset->unsigned_number() == 8;
        if (ours) return true;
    }
    return false;
}

std::vector<ByteRange> merged(std::vector<ByteRange> ranges) {
    std::ranges::sort(ranges, {}, &ByteRange::offset);
    std::vector<ByteRange> out;
    for (auto const& range : ranges) {
        if (!out.empty() && range.offset <= out.back().end()) {
            out.back().length = std::max(out.back().end(), range.end()) - out.back().offset;
        } else {
            out.push_back(range);
        }
    }
    return out;
}

}  // namespace

Result<BmffExclusions> bmff_exclusions(ByteSource const& source, std::vector<bmff::Box> const& top,
                                       cbor::Value const& assertion) {
    auto const* entries = assertion.find_array("exclusions");
    if (entries == nullptr || entries->empty() || entries->size() > entries_max) {
        return wrong("there are none");
    }
    auto const* merkle = assertion.find_array("merkle");
    BmffExclusions out;
    for (auto const& entry : *entries) {
        auto const* xpath = entry.find_text("xpath");
        if (xpath == nullptr) return wrong("an entry without a path");
        out.additional = out.additional || !is_usual(*xpath, entry, merkle != nullptr);
        auto const boxes = TRY(bmff::find(source, top, *xpath));
        for (auto const& box : boxes) {
            auto const fits = TRY(entry_fits(source, box, entry));
            if (!fits) continue;
            auto const ranges = TRY(ranges_of(box, entry));
            out.ranges.insert(out.ranges.end(), ranges.begin(), ranges.end());
        }
    }
    out.all = merged(out.ranges);
    return out;
}

Result<Bytes> bmff_hash(ByteSource const& source, std::vector<bmff::Box> const& top, HashKind kind,
                        std::vector<ByteRange> const& excluded) {
    AssetHasher hasher(kind);
    auto const put = [&](std::uint64_t from, std::uint64_t to) {
        return hasher.put(source, {from, to - from}, AssetHasher::flat);
    };
    auto next = excluded.begin();
    for (auto const& box : top) {
        while (next != excluded.end() && next->end() <= box.offset) ++next;
        bool const wholly =
            next != excluded.end() && next->offset <= box.offset && next->end() >= box.end();
        if (wholly) continue;
        hasher.put(big_endian<8>(box.offset), AssetHasher::flat);
        auto at = box.offset;
        for (auto cut = next; cut != excluded.end() && cut->offset < box.end(); ++cut) {
            if (cut->offset > at) TRY(put(at, cut->offset));
            at = std::max(at, std::min(cut->end(), box.end()));
        }
        TRY(put(at, box.end()));
    }
    return hasher.finish().flat;
}

}  // namespace exhibit::c2pa
