#include "formats/c2pa/binding.hpp"

#include <algorithm>

#include "formats/bmff/offsets.hpp"
#include "formats/c2pa/asset_hasher.hpp"
#include "formats/c2pa/merkle.hpp"

namespace exhibit::c2pa {
namespace {

constexpr std::size_t exclusions_max = 4096;

// The verdict on one binding, with the codes of its kind.
class Verdict {
public:
    Verdict(StatusLists& to, std::string url, char const* kind)
        : to_(to), url_(std::move(url)), kind_(kind) {}
    void match() const {
        to_.success.push_back({name("match"), url_, "the file is as it was signed"});
    }
    void mismatch(std::string why) const { fail("mismatch", std::move(why)); }
    void malformed(std::string why) const { fail("malformed", std::move(why)); }
    void additional() const {
        to_.informational.push_back({name("additionalExclusionsPresent"), url_,
                                     "more is left out of the hash than must be"});
    }
    void unsupported() const { to_.bad("algorithm.unsupported", url_, "no hash that is allowed"); }

private:
    std::string name(char const* what) const {
        return std::string("assertion.") + kind_ + "." + what;
    }
    void fail(char const* what, std::string why) const {
        to_.failure.push_back({name(what), url_, std::move(why)});
    }
    StatusLists& to_;
    std::string url_;
    char const* kind_;
};

std::optional<HashKind> kind_for(cbor::Value const& assertion, Manifest const& manifest) {
    auto const* own = assertion.find_text("alg");
    return hash_kind(own != nullptr ? *own : manifest.algorithm());
}

bool overlaps(ByteRange a, ByteRange b) { return a.offset < b.end() && b.offset < a.end(); }

// --- c2pa.hash.data

// Which ranges to leave out, or why not: the one that begins with the store must be the store,
// neither more (an attacker could fill the rest) nor less. After an update the store has another
// length than when it was signed.
std::optional<std::string> fit_to_store(Bound const& bound, std::vector<ByteRange>& ranges,
                                        bool& additional) {
    auto const& store = bound.asset.container;
    bool covered = false;
    std::uint64_t grown = 0;
    // The padding byte behind a RIFF chunk of odd length is left out by some writers and hashed by
    // others.
    auto const unpadded = bound.asset.kind == AssetKind::riff && store.length > 0
                              ? ByteRange{store.offset, store.length - 1}
                              : store;
    for (auto& range : ranges) {
        range.offset += grown;
        if (range == store || range == unpadded) {
            covered = true;
        } else if (bound.updated && range.offset == store.offset) {
            grown = store.length - range.length;  // 2^64 less when something was withheld since
            range.length = store.length;
            covered = true;
        } else if (overlaps(range, store)) {
            return "what is left out of the hash is not the manifest store alone";
        } else {
            additional = true;
        }
    }
    if (bound.detached && additional) return "a store beside a file must not leave out any of it";
    if (!bound.detached && !covered) return "the manifest store is not left out of the hash";
    return std::nullopt;
}

Outcome check_data(Bound const& bound, Manifest const& manifest, cbor::Value const& assertion,
                   Verdict const& verdict) {
    auto const kind = kind_for(assertion, manifest);
    auto const* expected = assertion.find_bytes("hash");
    auto ranges = exclusion_ranges(assertion);
    if (expected == nullptr || !ranges) {
        verdict.malformed("its hash or its exclusions are malformed");
        return {};
    }
    if (!kind) {
        verdict.unsupported();
        return {};
    }
    bool additional = false;
    if (auto const why = fit_to_store(bound, *ranges, additional)) {
        verdict.mismatch(*why);
        return {};
    }
    // §15.12.1.1: "only of the C2PA Manifest Store and appropriate padding (e.g., zero'd data)".
    if (!bound.detached && bound.asset.hides_bytes) {
        verdict.mismatch("something else is hidden behind the manifest store");
        return {};
    }
    if (!ranges->empty() && ranges->back().end() > bound.source.size()) {
        verdict.mismatch("the file ends before what was left out of the hash");
        return {};
    }
    if (additional) verdict.additional();
    auto const actual = TRY(hash_without(bound.source, *kind, *ranges));
    if (actual == *expected)
        verdict.match();
    else
        verdict.mismatch("the file is not what was signed");
    return {};
}

// --- c2pa.hash.boxes

struct NamedBox {
    std::string name;
    ByteRange range;
};

std::string jpeg_name(Byte marker) {
    auto const number = [&](char const* name, Byte first) {
        return name + std::to_string(marker - first);
    };
    switch (marker) {
        case 0xd8: return "SOI";
        case 0xd9: return "EOI";
        case 0xda: return "SOS";
        case 0xc4: return "DHT";
        case 0xcc: return "DAC";
        case 0xdb: return "DQT";
        case 0xdc: return "DNL";
        case 0xdd: return "DRI";
        case 0xfe: return "COM";
        default: break;
    }
    if (marker >= 0xc0 && marker <= 0xcf) return number("SOF", 0xc0);
    if (marker >= 0xe0 && marker <= 0xef) return number("APP", 0xe0);
    return "";
}

Result<std::vector<NamedBox>> named_boxes(Bound const& bound) {
    std::vector<NamedBox> out;
    auto const add = [&](std::string name, ByteRange range) {
        if (!bound.detached && overlaps(range, bound.asset.container)) {
            if (!out.empty() && out.back().name == "C2PA") {
                out.back().range.length += range.length;
                return;
            }
            name = "C2PA";
        }
        out.push_back({std::move(name), range});
    };
    if (bound.asset.kind == AssetKind::jpeg) {
        auto const segments = TRY(jpeg::all_segments(bound.source));
        for (auto const& segment : segments) add(jpeg_name(segment.marker), segment.whole);
    } else {
        auto const chunks = TRY(png::chunks(bound.source));
        out.push_back({"PNGh", {0, png::signature_bytes}});
        for (auto const& chunk : chunks) add(to_string(chunk.type), chunk.whole);
    }
    return out;
}

// Every box of the file must be named once, in order: a box that no entry names would not be
// hashed.
Outcome check_boxes(Bound const& bound, Manifest const& manifest, cbor::Value const& assertion,
                    Verdict const& verdict) {
    auto const* entries = assertion.find_array("boxes");
    bool const known = bound.asset.kind == AssetKind::jpeg || bound.asset.kind == AssetKind::png;
    if (entries == nullptr || !known) {
        verdict.malformed("no list of boxes for a file of this kind");
        return {};
    }
    auto const boxes = TRY(named_boxes(bound));
    std::size_t at = 0;
    for (auto const& entry : *entries) {
        auto const* names = entry.find_array("names");
        auto const* expected = entry.find_bytes("hash");
        auto const kind = kind_for(entry, manifest).has_value() ? kind_for(entry, manifest)
                                                                : kind_for(assertion, manifest);
        if (names == nullptr || names->empty() || expected == nullptr || !kind) {
            verdict.malformed("an entry without names, hash or algorithm");
            return {};
        }
        Hash hash(*kind);
        bool store = false;
        for (auto const& name : *names) {
            bool const fits =
                at < boxes.size() && name.text() != nullptr && *name.text() == boxes[at].name;
            if (!fits) {
                verdict.mismatch("the boxes of the file are not those that were signed");
                return {};
            }
            store = boxes[at].name == "C2PA";
            auto const feed = [&](ByteView piece) -> Outcome {
                hash.update(piece);
                return {};
            };
            if (!store) TRY(for_each_piece(bound.source, boxes[at].range, feed));
            ++at;
        }
        if (store && names->size() == 1) continue;
        if (hash.finish() != *expected) {
            verdict.mismatch("a box of the file is not what was signed");
            return {};
        }
    }
    if (at == boxes.size())
        verdict.match();
    else
        verdict.mismatch("the file holds a box that was not signed");
    return {};
}

// --- c2pa.hash.bmff

// An offset that leads into bytes which are not hashed would show other frames than were signed,
// and so would media that is neither hashed nor in a tree.
Result<std::string> escapes(ByteSource const& source, std::vector<bmff::Box> const& top,
                            std::vector<ByteRange> const& not_covered) {
    for (auto const& range : not_covered) {
        for (auto const& box : top) {
            if (box.type == bmff::box_type("mdat") && overlaps(range, box.whole()))
                return std::string("media is left out of the hash, and in no tree");
        }
    }
    bool escapes = false;
    auto const look = [&](std::uint64_t offset) {
        for (auto const& range : not_covered)
            escapes = escapes || (offset >= range.offset && offset < range.end());
    };
    TRY(bmff::for_each_offset(source, top, look));
    return std::string(escapes ? "an offset leads into bytes that are not hashed" : "");
}

Outcome check_bmff(Bound const& bound, Manifest const& manifest, cbor::Value const& assertion,
                   Verdict const& verdict) {
    auto const kind = kind_for(assertion, manifest);
    auto const* flat = assertion.find_bytes("hash");
    auto const maps = read_merkle_maps(assertion, kind);
    if (bound.asset.kind != AssetKind::bmff) {
        verdict.mismatch("the file is no MP4 or MOV");
        return {};
    }
    if (!kind) {
        verdict.unsupported();
        return {};
    }
    if (!maps.ok()) {
        verdict.malformed(maps.error().what);
        return {};
    }
    // Either one hash of all (with a tree beside it for the media), or trees over fragments: a
    // fragmented file has no flat hash, and what is not fragmented must have one.
    bool const fragmented = !maps->empty() && !maps->front().init_hash.empty();
    if ((flat != nullptr) == fragmented) {
        verdict.malformed("neither one hash nor trees over fragments");
        return {};
    }
    auto const& top = bound.asset.boxes;
    auto const exclusions = bmff_exclusions(bound.source, top, assertion);
    if (!exclusions.ok()) {
        if (exclusions.error().fault != Fault::input) return exclusions.error();
        verdict.malformed(exclusions.error().what);
        return {};
    }
    auto const escape = TRY(escapes(bound.source, top, not_covered(*maps, top, *exclusions)));
    if (!escape.empty()) {
        verdict.mismatch(escape);
        return {};
    }
    if (exclusions->additional) verdict.additional();
    if (flat != nullptr) {
        auto const actual = TRY(bmff_hash(bound.source, top, *kind, exclusions->all));
        if (actual != *flat) {
            verdict.mismatch("the file is not what was signed");
            return {};
        }
    }
    auto const trouble = fragmented ? check_fragments(bound, *maps, assertion, *exclusions)
                                    : check_media(bound, *maps);
    auto const why = TRY(trouble);
    if (why.empty())
        verdict.match();
    else
        verdict.mismatch(why);
    return {};
}

}  // namespace

std::optional<HashKind> hash_kind(std::string_view name) {
    if (name == "sha256") return HashKind::sha256;
    if (name == "sha384") return HashKind::sha384;
    if (name == "sha512") return HashKind::sha512;
    return std::nullopt;
}

std::optional<std::vector<ByteRange>> exclusion_ranges(cbor::Value const& assertion) {
    std::vector<ByteRange> out;
    auto const* value = assertion.find("exclusions");
    if (value == nullptr || value->is_null()) return out;
    if (value->array() == nullptr || value->array()->size() > exclusions_max) return std::nullopt;
    for (auto const& one : *value->array()) {
        auto const* start = one.find("start");
        auto const* length = one.find("length");
        if (start == nullptr || length == nullptr) return std::nullopt;
        auto const from = start->number();
        auto const count = length->number();
        if (!from || !count || *from < 0 || *count < 0) return std::nullopt;
        ByteRange const range{static_cast<std::uint64_t>(*from),
                              static_cast<std::uint64_t>(*count)};
        if (!out.empty() && range.offset < out.back().end()) return std::nullopt;
        out.push_back(range);
    }
    return out;
}

Result<Bytes> hash_without(ByteSource const& source, HashKind kind,
                           std::vector<ByteRange> const& excluded) {
    AssetHasher hasher(kind);
    std::uint64_t at = 0;
    for (auto const& range : excluded) {
        TRY(hasher.put(source, {at, range.offset - at}, AssetHasher::flat));
        at = range.end();
    }
    TRY(hasher.put(source, {at, source.size() - at}, AssetHasher::flat));
    return hasher.finish().flat;
}

Outcome check_binding(Bound const& bound, Manifest const& manifest,
                      jumbf::Superbox const& assertion, StatusLists& to) {
    auto const url = manifest.uri(std::string(assertion_store_label) + "/" + assertion.label());
    auto const base = base_label(assertion.label());
    bool const data = base == "c2pa.hash.data";
    bool const boxes = base == "c2pa.hash.boxes";
    Verdict const verdict(to, url, data ? "dataHash" : boxes ? "boxesHash" : "bmffHash");
    auto const content = cbor_content(assertion);
    if (!content.ok() || !*content) {
        verdict.malformed("it cannot be read");
        return {};
    }
    auto const& value = **content;
    auto const outcome = data    ? check_data(bound, manifest, value, verdict)
                         : boxes ? check_boxes(bound, manifest, value, verdict)
                                 : check_bmff(bound, manifest, value, verdict);
    // A broken file is a mismatch; a broken disk is not.
    if (outcome.ok() || outcome.error().fault != Fault::input) return outcome;
    verdict.mismatch(outcome.error().what);
    return {};
}

}  // namespace exhibit::c2pa
