// What somebody without the key can do to a signed file: nothing that goes unnoticed.
#include <gtest/gtest.h>

#include "support/signed_bytes.hpp"

namespace exhibit::c2pa {
namespace {

using test::a_fact;
using test::a_jpeg;
using test::a_png;
using test::a_wish;
using test::an_mp4;

// The file with another store in the place of its own.
Bytes with_store(ByteView file, ByteView store) {
    MemorySource const source(file);
    auto asset = look_at(source).take();
    auto const container = write_container(asset.kind, store, asset.container.length);
    auto out = to_bytes(file.first(asset.container.offset));
    append(out, container);
    append(out, file.subspan(asset.container.end()));
    return out;
}

Bytes an_unsigned_manifest(std::string const& label, std::vector<std::string> const& redacted) {
    auto const described = [](char const(&type)[5], std::string name) {
        jumbf::Description out;
        out.type = jumbf::type_id(type);
        out.label = std::move(name);
        return out;
    };
    cbor::Array uris;
    for (auto const& uri : redacted) uris.emplace_back(uri);
    cbor::Map generator{{"name", cbor::Value("nobody")}};
    cbor::Map claim{{"instanceID", cbor::Value("i")},
                    {"alg", cbor::Value("sha256")},
                    {"signature", cbor::Value("self#jumbf=/c2pa/" + label + "/c2pa.signature")},
                    {"claim_generator_info", cbor::Value(generator)},
                    {"created_assertions", cbor::Array{cbor::Value("x")}},
                    {"redacted_assertions", cbor::Value(std::move(uris))}};
    auto const content =
        jumbf::write_box(jumbf::box_type("cbor"), cbor::write(cbor::Value(std::move(claim))));
    return jumbf::write_superbox(
        described("c2ma", label),
        {jumbf::write_superbox(described("c2as", "c2pa.assertions"), {}),
         jumbf::write_superbox(described("c2cl", "c2pa.claim.v2"), {content})});
}

// The manifests of a store, without one assertion of the last.
std::vector<Bytes> boxes_without(Store const& store, std::string const& label) {
    auto out = boxes_of(store);
    auto tree = *store.active().box;
    for (auto& child : tree.children) {
        std::erase_if(child.children, [&](auto const& one) { return one.label() == label; });
    }
    out.back() = jumbf::write(tree);
    return out;
}

TEST(Stranger, a_manifest_put_beside_the_active_one_excuses_nothing) {
    test::Workshop workshop;
    auto wish = a_wish();
    wish.facts = {a_fact("the market of the north gate")};
    auto const file = workshop.sign(a_jpeg(), wish);
    auto const report = workshop.judge(file);
    ASSERT_EQ(report.state, State::trusted) << show(report);
    for (std::string const label : {"c2pa.hash.data", "c2pa.actions.v2", "c2pa.metadata"}) {
        SCOPED_TRACE(label);
        auto const address = report.store->active().uri("c2pa.assertions/" + label);
        auto boxes = boxes_without(*report.store, label);
        boxes.insert(boxes.begin(), an_unsigned_manifest("urn:c2pa:stranger", {address}));
        auto bent = with_store(file, write_store(boxes));
        auto const told = workshop.judge(bent);
        EXPECT_EQ(told.state, State::invalid) << show(told);
        EXPECT_TRUE(told.active.has_failure("assertion.missing"));
        // And with other content.
        bent[bent.size() - 10] ^= 1;
        EXPECT_EQ(workshop.judge(bent).state, State::invalid);
    }
}

TEST(Stranger, bytes_hidden_behind_the_store_are_a_mismatch_or_told) {
    test::Workshop workshop;
    // Not even an update, after which the store may have any length, lets them in.
    auto const signed_once = workshop.sign(a_png(), a_wish());
    auto const updated = workshop.update(signed_once, a_wish());
    ASSERT_OK(updated);
    auto const report = workshop.judge(*updated);
    EXPECT_EQ(report.state, State::trusted);
    auto padded = to_bytes(report.store->bytes());
    padded.resize(padded.size() + 100);
    EXPECT_EQ(workshop.judge(with_store(*updated, padded)).state, State::trusted);
    padded.back() = 1;
    auto const told = workshop.judge(with_store(*updated, padded));
    EXPECT_TRUE(told.active.has_failure("assertion.dataHash.mismatch")) << show(told);
    // In an MP4 padding is foreseen, and told when it is not zero.
    auto const video = workshop.sign(an_mp4(100), a_wish());
    auto asset = look_at(MemorySource(video)).take();
    auto box = to_bytes(ByteView(video).subspan(asset.container.offset, asset.container.length));
    auto const taken = workshop.judge(video);
    auto const longer = write_manifest_box("manifest", taken.store->bytes(), box.size());
    EXPECT_EQ(longer, box);
    EXPECT_TRUE(taken.warnings.empty());
}

TEST(Stranger, an_index_that_leads_into_bytes_that_are_not_hashed_is_a_mismatch) {
    test::Workshop workshop;
    auto const file = workshop.sign(an_mp4(100), a_wish());
    ASSERT_EQ(workshop.judge(file).state, State::trusted);
    auto const asset = look_at(MemorySource(file)).take();
    // mfra is not part of the hash: anybody may append one. Version 0, one entry, numbers of 1
    // byte.
    auto const with_index = [&](std::uint64_t fragment) {
        Bytes payload(16, 0);
        payload[15] = 1;
        append(payload, big_endian<4>(0));
        append(payload, big_endian<4>(fragment));
        append(payload, Bytes{1, 1, 1});
        auto out = file;
        append(out, bmff::write_box(bmff::box_type("mfra"),
                                    bmff::write_box(bmff::box_type("tfra"), payload)));
        return out;
    };
    EXPECT_EQ(workshop.judge(with_index(file.size() - 50)).state, State::trusted);
    for (auto const place : {asset.container.offset + 40, file.size() + 8}) {
        auto const told = workshop.judge(with_index(place));
        EXPECT_TRUE(told.active.has_failure("assertion.bmffHash.mismatch")) << place << show(told);
    }
}

TEST(Stranger, an_app11_segment_between_those_of_the_store_breaks_it) {
    test::Workshop workshop;
    auto wish = a_wish();
    wish.facts = {a_fact(std::string(70000, 'x'))};  // more than one segment
    auto const file = workshop.sign(a_jpeg(), wish);
    ASSERT_EQ(workshop.judge(file).state, State::trusted);
    auto const second = jpeg::header_segments(MemorySource(file))->at(3).whole.offset;
    auto bent = to_bytes(ByteView(file).first(second));
    append(bent, Bytes{0xff, 0xfe, 0, 6, 'h', 'i', 'd', 'e'});
    append(bent, ByteView(file).subspan(second));
    auto const told = validate(MemorySource(bent), workshop.by.question());
    EXPECT_ERROR_CODE(told, "jumbf-packets");
}

TEST(Stranger, updates_may_not_bring_what_changes_the_content) {
    test::Workshop workshop;
    auto const file = workshop.sign(a_jpeg(), a_wish());
    auto wish = a_wish();
    Action edited;
    edited.name = "c2pa.edited";
    wish.actions = {edited};
    EXPECT_ERROR_CODE(workshop.update(file, wish), "draft");
    // By a writer that does not ask:
    MemorySource const source(file);
    auto composition = update_of(workshop.judge(file), "image/jpeg", a_wish()).take();
    composition.draft.actions.push_back(edited);
    composition.draft.assertions.push_back(
        cbor_assertion("c2pa.thumbnail.claim", cbor::Value("picture")));
    MemorySink sink;
    ASSERT_OK(embed_update(source, look_at(source).take(), std::move(composition),
                           workshop.by.signer, workshop.random, sink));
    auto const told = workshop.judge(sink.bytes());
    EXPECT_TRUE(told.active.has_failure("manifest.update.invalid")) << show(told);
}

TEST(Stranger, actions_must_lead_to_the_ingredients_they_name) {
    test::Workshop workshop;
    auto const told_of = [&](auto change) {
        auto composition = copy_of({}, "image/jpeg", a_wish()).take();
        change(composition.draft);
        auto const plain = a_jpeg();
        MemorySource const source(plain);
        MemorySink sink;
        EXPECT_OK(embed(source, look_at(source).take(), std::move(composition), workshop.by.signer,
                        workshop.random, sink));
        return workshop.judge(sink.bytes());
    };
    EXPECT_EQ(told_of([](Draft&) {}).state, State::trusted);
    auto const orphan = told_of([](Draft& draft) { draft.parent.reset(); });
    EXPECT_TRUE(orphan.active.has_failure("assertion.action.ingredientMismatch"));
    auto const placed = told_of([](Draft& draft) {
        Action action;
        action.name = "c2pa.placed";
        draft.actions.push_back(action);
    });
    EXPECT_TRUE(placed.active.has_failure("assertion.action.ingredientMismatch"));
    auto const redacted = told_of([](Draft& draft) {
        Action action;
        action.name = action_redacted;
        action.redacted = "somewhere";
        draft.actions.push_back(action);
    });
    EXPECT_TRUE(redacted.active.has_failure("assertion.action.redactionMismatch"));
    auto const twice = told_of([](Draft& draft) {
        Action action;
        action.name = action_created;
        draft.actions.push_back(action);
    });
    EXPECT_TRUE(twice.active.has_failure("assertion.action.malformed"));
}

}  // namespace
}  // namespace exhibit::c2pa
