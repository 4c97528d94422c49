// The attacks that beat the reference tools in 2026 (design, §13), each as a test.
#include <gtest/gtest.h>

#include "formats/c2pa/merkle.hpp"
#include "formats/c2pa/report.hpp"
#include "support/shared.hpp"

using exhibit::test::shared_path;

namespace exhibit::c2pa {
namespace {

constexpr auto own = "vectors/c2pa/own";

WallTime then() { return parse_time("2026-11-23T00:00:00.000Z").take(); }

Result<Report> ask(ByteView file) {
    static x509::TrustLists const lists;
    return validate(MemorySource(file), {lists, then()});
}

Bytes load(std::string const& name) {
    auto bytes = read_file(shared_path(std::string(own) + "/" + name), 8 << 20);
    EXPECT_TRUE(bytes.ok()) << name;
    return bytes.ok() ? bytes.take() : Bytes{};
}

void replace_once(Bytes& in, std::string_view what, std::string_view with) {
    ASSERT_EQ(what.size(), with.size());
    auto const found = std::ranges::search(in, what);
    ASSERT_FALSE(found.empty()) << what;
    std::ranges::copy(with, found.begin());
}

Bytes hash_of(ByteView bytes) { return to_bytes(ByteView(sha256(bytes))); }

cbor::Value entry(std::initializer_list<std::pair<char const*, cbor::Value>> fields) {
    cbor::Map map;
    for (auto const& [key, value] : fields) map.emplace_back(key, value);
    return cbor::Value(std::move(map));
}

// An assertion of this label and content, held against a file.
StatusLists hold(std::string const& label, cbor::Value const& content, ByteView file,
                 Asset const& asset, bool detached) {
    jumbf::Description description;
    description.type = jumbf::type_id("cbor");
    description.label = label;
    auto const bytes = jumbf::write_superbox(
        description, {jumbf::write_box(jumbf::box_type("cbor"), cbor::write(content))});
    auto const box = jumbf::parse(bytes);
    Manifest manifest;
    manifest.label = "urn:c2pa:test";
    StatusLists out;
    MemorySource const source(file);
    EXPECT_TRUE(check_binding({source, asset, detached, false, {}}, manifest, *box, out).ok());
    return out;
}

Bytes chunk_table(std::uint64_t offset, bool wide) {
    Bytes payload(4, 0);
    append(payload, big_endian<4>(1));
    if (wide)
        append(payload, big_endian<8>(offset));
    else
        append(payload, big_endian<4>(offset));
    auto box = bmff::write_box(wide ? bmff::box_type("co64") : bmff::box_type("stco"), payload);
    for (auto const& type : {bmff::box_type("stbl"), bmff::box_type("minf"), bmff::box_type("mdia"),
                             bmff::box_type("trak"), bmff::box_type("moov")}) {
        box = bmff::write_box(type, box);
    }
    return box;
}

TEST(Attack, a_forged_box_in_a_redacted_slot_is_found_and_never_shown) {
    NEEDS_SHARED(own);
    auto const report = ask(load("attack_forged_in_redacted_slot.mp4"));
    ASSERT_OK(report);
    EXPECT_EQ(report->state, State::invalid);
    EXPECT_TRUE(report->active.has_failure("assertion.notRedacted"));
    auto const json = write_json_report(*report);
    for (auto const& manifest : json["manifests"]) {
        for (auto const& assertion : manifest["assertions"])
            EXPECT_NE(assertion["label"], "c2pa.metadata");
    }
}

TEST(Attack, b_renamed_purposes_are_errors_and_not_a_file_without_a_manifest) {
    NEEDS_SHARED(own);
    EXPECT_ERROR_CODE(ask(load("attack_purpose_unknown.mp4")), "c2pa-box");
    EXPECT_ERROR_CODE(ask(load("attack_update_retagged.mp4")), "c2pa-box");
    auto file = load("valid_faststart.mp4");
    replace_once(file, std::string_view("manifest\0", 9), std::string_view("original\0", 9));
    EXPECT_ERROR_CODE(ask(file), "c2pa-box");
}

TEST(Attack, c_a_tree_over_fragments_without_the_hash_of_their_beginning_is_refused) {
    cbor::Array row;
    row.emplace_back(Bytes(32, 1));
    auto const map = entry({{"uniqueId", cbor::Value::integer(1)},
                            {"localId", cbor::Value::integer(1)},
                            {"count", cbor::Value::integer(1)},
                            {"hashes", cbor::Value(row)}});
    auto const assertion = entry({{"merkle", cbor::Value(cbor::Array{map})}});
    EXPECT_ERROR_CODE(read_merkle_maps(assertion, HashKind::sha256), "merkle");
}

TEST(Attack, d_a_location_past_the_leaves_is_a_mismatch_and_no_overflow) {
    NEEDS_SHARED("vectors/c2pa/frag");
    x509::TrustLists const lists;
    auto const beginning = FileSource::open(shared_path("vectors/c2pa/frag/dashinit.mp4"));
    auto fragment = read_file(shared_path("vectors/c2pa/frag/dash1.m4s"), 8 << 20);
    ASSERT_OK(beginning);
    ASSERT_OK(fragment);
    auto const found = std::ranges::search(*fragment, std::string_view("hlocation"));
    ASSERT_FALSE(found.empty());
    for (auto value : {0x01, 0x17, 0x20, 0x3b, 0x1b}) {
        auto bent = *fragment;
        bent[static_cast<std::size_t>(found.end() - fragment->begin())] = static_cast<Byte>(value);
        MemorySource const source(bent);
        auto const report = validate_fragments(*beginning, {&source}, {lists, then()});
        ASSERT_OK(report);
        EXPECT_TRUE(report->active.has_failure("assertion.bmffHash.mismatch")) << value;
    }
}

// ftyp, moov with one chunk at the start of a free box or of the media, free, mdat; signed as the
// reference does it, without the free bytes.
StatusLists with_offset_into(bool free_bytes, bool wide) {
    auto const ftyp = bmff::write_box(bmff::box_type("ftyp"), as_bytes("isom"));
    auto const free_at = ftyp.size() + chunk_table(0, wide).size();
    auto const media_at = free_at + 8 + 32;
    auto file = ftyp;
    append(file, chunk_table((free_bytes ? free_at : media_at) + 8, wide));
    append(file, bmff::write_box(bmff::box_type("free"), Bytes(32, 1)));
    append(file, bmff::write_box(bmff::box_type("mdat"), Bytes(32, 2)));
    auto const asset = look_at(MemorySource(file));
    EXPECT_OK(asset);
    auto assertion = entry(
        {{"exclusions", cbor::Value(cbor::Array{entry({{"xpath", "/free"}})})}, {"alg", "sha256"}});
    auto const ranges = bmff_exclusions(MemorySource(file), asset->boxes, assertion);
    EXPECT_OK(ranges);
    auto const hash = bmff_hash(MemorySource(file), asset->boxes, HashKind::sha256, ranges->all);
    assertion.map()->emplace_back("hash", *hash);
    return hold("c2pa.hash.bmff.v3", assertion, file, *asset, true);
}

TEST(Attack, e_offsets_into_free_bytes_that_are_not_hashed_are_a_mismatch) {
    for (bool const wide : {false, true}) {
        SCOPED_TRACE(wide ? "co64" : "stco");
        auto const honest = with_offset_into(false, wide);
        EXPECT_TRUE(honest.has_success("assertion.bmffHash.match"));
        auto const forged = with_offset_into(true, wide);
        EXPECT_FALSE(forged.has_success("assertion.bmffHash.match"));
        EXPECT_TRUE(forged.has_failure("assertion.bmffHash.mismatch"));
    }
}

cbor::Value data_hash(ByteView kept, std::vector<ByteRange> const& ranges) {
    cbor::Array exclusions;
    for (auto const& range : ranges) {
        exclusions.push_back(
            entry({{"start", cbor::Value(range.offset)}, {"length", cbor::Value(range.length)}}));
    }
    return entry(
        {{"exclusions", cbor::Value(exclusions)}, {"alg", "sha256"}, {"hash", hash_of(kept)}});
}

TEST(Attack, f_a_sidecar_must_not_leave_out_any_of_its_file) {
    auto const file = to_bytes("the truth, and what was put in its place");
    auto const all = hold("c2pa.hash.data", data_hash(file, {}), file, Asset{}, true);
    EXPECT_TRUE(all.has_success("assertion.dataHash.match"));
    auto const kept = ByteView(file).first(9);
    auto const some =
        hold("c2pa.hash.data", data_hash(kept, {{9, file.size() - 9}}), file, Asset{}, true);
    EXPECT_TRUE(some.has_failure("assertion.dataHash.mismatch"));
}

TEST(Attack, g_an_exclusion_must_be_the_store_and_nothing_beside_it) {
    auto const file = to_bytes("headSTOREtail");
    Asset asset;
    asset.container = {4, 5};
    auto const told = [&](ByteView kept, std::vector<ByteRange> const& ranges) {
        return hold("c2pa.hash.data", data_hash(kept, ranges), file, asset, false);
    };
    EXPECT_TRUE(told(as_bytes("headtail"), {{4, 5}}).has_success("assertion.dataHash.match"));
    EXPECT_TRUE(told(as_bytes("headail"), {{4, 6}}).has_failure("assertion.dataHash.mismatch"));
    EXPECT_TRUE(told(as_bytes("headEtail"), {{4, 4}}).has_failure("assertion.dataHash.mismatch"));
    EXPECT_TRUE(told(as_bytes("heatail"), {{3, 6}}).has_failure("assertion.dataHash.mismatch"));
    EXPECT_TRUE(told(file, {}).has_failure("assertion.dataHash.mismatch"));
    EXPECT_TRUE(
        told(as_bytes("headtail"), {{4, 5}, {100, 1}}).has_failure("assertion.dataHash.mismatch"));
    EXPECT_TRUE(
        told(as_bytes("headtail"), {{4, 5}, {8, 2}}).has_failure("assertion.dataHash.malformed"));
    auto const more = told(as_bytes("headil"), {{4, 5}, {9, 2}});
    EXPECT_TRUE(more.has_note("assertion.dataHash.additionalExclusionsPresent"));
}

TEST(Attack, g_bytes_in_the_padding_of_a_signature_are_told) {
    NEEDS_SHARED(own);
    auto const report = ask(load("tamper_sigpad.mp4"));
    ASSERT_OK(report);
    EXPECT_EQ(report->warnings.size(), 1U);
    auto const clean = ask(load("valid_faststart.mp4"));
    ASSERT_OK(clean);
    EXPECT_TRUE(clean->warnings.empty());
}

TEST(Attack, h_a_store_in_pieces_that_do_not_follow_each_other_is_an_error) {
    NEEDS_SHARED("vectors/c2pa/rs");
    auto const file = load("../rs/CACA.jpg");
    auto const segments = jpeg::header_segments(MemorySource(file));
    ASSERT_OK(segments);
    auto const first =
        std::ranges::find_if(*segments, [](auto const& one) { return one.marker == 0xeb; });
    ASSERT_NE(first, segments->end());
    auto const next = std::next(first);
    ASSERT_EQ(next->marker, 0xeb);  // the store takes several
    // Something of another kind between two, the second missing, two in the wrong order.
    auto const whole = [&](auto const& segment) {
        return ByteView(file).subspan(segment->whole.offset, segment->whole.length);
    };
    auto const with = [&](std::initializer_list<ByteView> between) {
        auto out = to_bytes(ByteView(file).first(first->whole.offset));
        for (auto const& bytes : between) append(out, bytes);
        append(out, ByteView(file).subspan(next->whole.end()));
        return out;
    };
    Bytes const comment{0xff, 0xfe, 0, 6, 'h', 'i', 'd', 'e'};
    ASSERT_EQ(with({whole(first), whole(next)}), file);
    for (auto const& bent : {with({whole(first), comment, whole(next)}), with({whole(first)}),
                             with({whole(next), whole(first)}), with({whole(next)})}) {
        EXPECT_ERROR_CODE(ask(bent), "jumbf-packets");
    }
}

TEST(Attack, i_a_manifest_under_another_label_does_not_hold) {
    NEEDS_SHARED(own);
    auto const store = load("independent_sidecar.txt.c2pa");
    auto const parsed = Store::parse(store);
    ASSERT_OK(parsed);
    auto const label = parsed->active().label;
    auto other = label;
    other.back() = other.back() == '0' ? '1' : '0';
    auto renamed = store;
    replace_once(renamed, label,
                 other);  // the label itself: it comes before the claim that names it
    auto const file = load("independent_sidecar.txt");
    x509::TrustLists const lists;
    auto const report = validate_sidecar(MemorySource(file), renamed, {lists, then()});
    ASSERT_OK(report);
    EXPECT_EQ(report->state, State::invalid);
    EXPECT_TRUE(report->active.has_failure("claimSignature.missing"));
}

// A store of plain manifests: `claims` gives each its assertions, none of them signed.
Bytes store_of(std::vector<std::pair<std::string, std::vector<std::string>>> const& manifests) {
    std::vector<Bytes> boxes;
    auto const described = [](char const(&type)[5], std::string label) {
        jumbf::Description out;
        out.type = jumbf::type_id(type);
        out.label = std::move(label);
        return out;
    };
    auto const in_cbor = [](cbor::Value const& value) {
        return jumbf::write_box(jumbf::box_type("cbor"), cbor::write(value));
    };
    for (auto const& [label, ingredients] : manifests) {
        std::vector<Bytes> assertions;
        cbor::Array uris;
        for (std::size_t i = 0; i < ingredients.size(); ++i) {
            auto const name = "c2pa.ingredient.v3__" + std::to_string(i + 1);
            auto const target =
                entry({{"url", "self#jumbf=/c2pa/" + ingredients[i]}, {"hash", Bytes(32, 0)}});
            auto const box = jumbf::write_superbox(
                described("cbor", name),
                {in_cbor(entry({{"relationship", "componentOf"}, {"activeManifest", target}}))});
            uris.push_back(entry({{"url", "self#jumbf=c2pa.assertions/" + name},
                                  {"hash", hash_of(ByteView(box).subspan(8))}}));
            assertions.push_back(box);
        }
        if (uris.empty())
            uris.push_back(entry({{"url", "self#jumbf=c2pa.assertions/x"}, {"hash", Bytes{}}}));
        auto const claim = entry({{"instanceID", "i"},
                                  {"alg", "sha256"},
                                  {"signature", "self#jumbf=/c2pa/" + label + "/c2pa.signature"},
                                  {"claim_generator_info", entry({{"name", "n"}})},
                                  {"created_assertions", cbor::Value(uris)}});
        boxes.push_back(jumbf::write_superbox(
            described("c2ma", label),
            {jumbf::write_superbox(described("c2as", "c2pa.assertions"), assertions),
             jumbf::write_superbox(described("c2cl", "c2pa.claim.v2"), {in_cbor(claim)})}));
    }
    return jumbf::write_superbox(described("c2pa", "c2pa"), boxes);
}

TEST(Attack, j_two_manifests_of_one_label_are_refused) {
    EXPECT_OK(Store::parse(store_of({{"urn:c2pa:a", {}}, {"urn:c2pa:b", {}}})));
    EXPECT_ERROR_CODE(Store::parse(store_of({{"urn:c2pa:a", {}}, {"urn:c2pa:a", {}}})),
                      "c2pa-store");
}

TEST(Attack, k_diamonds_and_circles_of_ingredients_cost_no_more_than_their_number) {
    constexpr int layers = 30;
    std::vector<std::pair<std::string, std::vector<std::string>>> manifests;
    for (int i = 0; i < layers; ++i) {
        auto const below = "urn:c2pa:" + std::to_string(i - 1);
        manifests.push_back(
            {"urn:c2pa:" + std::to_string(i),
             i == 0 ? std::vector<std::string>{} : std::vector<std::string>(8, below)});
    }
    manifests.push_back({"urn:c2pa:circle", {"urn:c2pa:circle", "urn:c2pa:29"}});
    x509::TrustLists const lists;
    // Were each looked at as often as it is named, this would be 8^30 times, and never end.
    auto const report = validate_store_alone(store_of(manifests), {lists, then()});
    ASSERT_OK(report);
    EXPECT_EQ(report->state, State::invalid);
    EXPECT_LE(report->deltas.size(), 8 * layers + 2U);
}

// A source whose disk fails behind a certain place.
class FailingSource final : public ByteSource {
public:
    FailingSource(ByteView bytes, std::uint64_t from) : bytes_(bytes), from_(from) {}
    std::uint64_t size() const override { return bytes_.size(); }
    Outcome read_at(std::uint64_t offset, MutableBytes out) const override {
        if (offset + out.size() > from_) return world_error("cannot be read").coded("io");
        return bytes_.read_at(offset, out);
    }

private:
    MemorySource bytes_;
    std::uint64_t from_;
};

TEST(Attack, an_error_of_the_disk_is_never_called_a_mismatch) {
    NEEDS_SHARED(own);
    x509::TrustLists const lists;
    for (auto const* name :
         {"valid.jpg", "valid.png", "valid.wav", "valid_faststart.mp4", "merkle_p0.mp4"}) {
        SCOPED_TRACE(name);
        auto const file = load(name);
        for (std::size_t i = 0; i < 50; ++i) {
            auto const report =
                validate(FailingSource(file, file.size() * i / 50), {lists, then()});
            ASSERT_FALSE(report.ok());
            EXPECT_EQ(report.error().fault, Fault::world);
        }
    }
}

}  // namespace
}  // namespace exhibit::c2pa
