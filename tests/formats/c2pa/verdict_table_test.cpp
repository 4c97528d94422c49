// Every published vector against the reports that lie beside it: of the reference (c2pa-rs 0.91.3),
// with anchors and without, and of the version before it (0.90.1).
#include <gtest/gtest.h>

#include "support/c2pa_differences.hpp"
#include "support/c2pa_verdicts.hpp"

using exhibit::test::shared_path;

namespace exhibit::c2pa {
namespace {

constexpr auto vectors = "vectors/c2pa";

WallTime then() { return parse_time("2026-11-23T00:00:00.000Z").take(); }

Json load(Path const& path) { return Json::parse(read_text_file(path, 64 << 20).take()); }

// `which`: the member of the expected report that holds the summary.
void compare_all(char const* which, x509::TrustLists const& lists, int same_at_least) {
    test::VerdictTable table;
    for (auto const& name : test::c2pa_vectors()) {
        auto const file = shared_path(std::string(vectors) + "/" + name);
        auto const expected = load(file.string() + ".expected.json");
        if (!expected.contains(which)) continue;
        auto const ours = test::examine_vector(file, {lists, then()});
        table.compare(name, "", test::verdict_of_summary(expected[which]), test::verdict_of(ours));
    }
    table.finish(same_at_least);
}

TEST(VerdictTable, with_all_anchors_every_vector_is_judged_as_by_the_reference) {
    NEEDS_SHARED(vectors);
    compare_all("summary", test::c2pa_vector_anchors(), 83);
}

TEST(VerdictTable, without_anchors_every_vector_is_judged_as_by_the_reference) {
    NEEDS_SHARED(vectors);
    compare_all("summary_without_anchors", {}, 90);
}

TEST(VerdictTable, and_as_by_the_version_before_it_but_for_what_that_let_pass) {
    NEEDS_SHARED(vectors);
    compare_all("second_summary", test::c2pa_vector_anchors(), 67);
}

TEST(VerdictTable, fragments_in_files_of_their_own) {
    NEEDS_SHARED("vectors/c2pa/frag");
    x509::TrustLists const lists;
    Question const question{lists, then()};
    auto const beginning = FileSource::open(shared_path("vectors/c2pa/frag/dashinit.mp4"));
    auto const good = FileSource::open(shared_path("vectors/c2pa/frag/dash1.m4s"));
    auto const bad = FileSource::open(shared_path("vectors/c2pa/frag/tamper_dash1.m4s"));
    ASSERT_OK(beginning);
    ASSERT_OK(good);
    ASSERT_OK(bad);
    auto const whole = validate_fragments(*beginning, {&*good}, question);
    ASSERT_OK(whole);
    EXPECT_EQ(whole->state, State::valid) << show(*whole);
    EXPECT_TRUE(whole->active.has_success("assertion.bmffHash.match"));
    for (auto const& fragments : {std::vector<ByteSource const*>{&*bad}, {&*good, &*bad}, {}}) {
        auto const report = validate_fragments(*beginning, fragments, question);
        ASSERT_OK(report);
        EXPECT_EQ(report->state, State::invalid);
        EXPECT_TRUE(report->active.has_failure("assertion.bmffHash.mismatch"));
    }
}

TEST(VerdictTable, somebody_in_the_address_book_is_known) {
    NEEDS_SHARED("vectors/c2pa/own/test-keys");
    auto const text = read_text_file(shared_path("vectors/c2pa/own/test-keys/self.pem"), 65536);
    ASSERT_OK(text);
    x509::TrustLists lists;
    lists.address_book = Certificate::from_pem(*text).take();
    auto const report =
        test::examine_vector(shared_path("vectors/c2pa/own/selfsigned_leaf.jpg"), {lists, then()});
    ASSERT_OK(report);
    EXPECT_EQ(report->state, State::trusted);
    EXPECT_EQ(report->signers.begin()->second.standing, x509::Standing::known);
}

TEST(VerdictTable, the_store_of_another_file_does_not_fit) {
    NEEDS_SHARED("vectors/c2pa/own/wrong_sidecar_for_jpg.c2pa");
    auto const lists = test::c2pa_vector_anchors();
    auto const file = FileSource::open(shared_path("vectors/c2pa/own/sidecar.jpg"));
    auto store =
        read_file(shared_path("vectors/c2pa/own/wrong_sidecar_for_jpg.c2pa"), store_bytes_max);
    ASSERT_OK(file);
    ASSERT_OK(store);
    auto const report = validate_sidecar(*file, store.take(), {lists, then()});
    ASSERT_OK(report);
    EXPECT_EQ(report->state, State::invalid);
    EXPECT_TRUE(report->active.has_failure("assertion.bmffHash.mismatch"));
}

TEST(VerdictTable, reports_have_the_fields_of_the_reference) {
    NEEDS_SHARED("vectors/c2pa/own/chain_derived_redacted.mp4");
    auto const lists = test::c2pa_vector_anchors();
    auto const file = shared_path("vectors/c2pa/own/chain_derived_redacted.mp4");
    auto const report = test::examine_vector(file, {lists, then()});
    ASSERT_OK(report);
    auto const ours = write_json_report(*report);
    auto const theirs = load(Path(file.string() + ".expected.json"))["report"];
    EXPECT_EQ(ours["active_manifest"], theirs["active_manifest"]);
    EXPECT_EQ(ours["validation_state"], theirs["validation_state"]);
    for (auto const& [label, manifest] : theirs["manifests"].items()) {
        SCOPED_TRACE(label);
        auto const& mine = ours["manifests"][label];
        for (auto const* key : {"claim_generator_info", "title", "instance_id", "assertions",
                                "signature_info", "redactions", "claim_version", "label"}) {
            EXPECT_EQ(mine.value(key, Json()), manifest.value(key, Json())) << key;
        }
    }
    EXPECT_NE(show(*report).find("withheld c2pa.metadata"), std::string::npos);
}

TEST(VerdictTable, what_a_signer_only_repeats_is_told_apart) {
    NEEDS_SHARED("vectors/c2pa/own");
    x509::TrustLists const lists;
    // The reference gathers what it is not told to vouch for; we vouch for all that we write.
    auto const theirs =
        test::examine_vector(shared_path("vectors/c2pa/own/chain_original.jpg"), {lists, then()});
    ASSERT_OK(theirs);
    EXPECT_NE(show(*theirs).find("    repeats  c2pa.metadata"), std::string::npos) << show(*theirs);
    auto const stamped =
        test::examine_vector(shared_path("vectors/c2pa/own/late_stamp_raw.txt"), {lists, then()});
    ASSERT_OK(stamped);
    EXPECT_NE(show(*stamped).find("    stamps   urn:c2pa:"), std::string::npos) << show(*stamped);
}

TEST(VerdictTable, the_docs_tell_every_difference) {
    auto const docs = read_text_file(test::source_folder() / "docs/c2pa.md", 1 << 20);
    ASSERT_OK(docs);
    for (auto const& one : test::c2pa_differences) {
        auto const name = "`" + std::string(one.file) + "`";
        EXPECT_NE(docs->find(name), std::string::npos) << "docs/c2pa.md does not name " << one.file;
    }
}

}  // namespace
}  // namespace exhibit::c2pa
