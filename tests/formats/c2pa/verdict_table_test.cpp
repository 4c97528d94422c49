// Every published vector against the report of the reference (c2pa-rs 0.91.3), and where the older
// one (0.90.1) differs, against that. Each difference stands in the list below with its reason.
#include <gtest/gtest.h>

#include <algorithm>

#include "formats/c2pa/report.hpp"
#include "support/shared.hpp"

using exhibit::test::shared_path;

namespace exhibit::c2pa {
namespace {

constexpr auto vectors = "vectors/c2pa";

struct Difference {
    std::string_view file;
    std::string_view verdict;  // ours
    std::string_view why;
};

constexpr auto cawg =
    "a CAWG identity assertion is another body's: its C2PA part is sound, and is all we judge";

constexpr Difference differences[] = {
    {"rs/cloud.jpg", "Inaccessible", "nothing is fetched: manifest.inaccessible"},
    {"rs/cloudx.jpg", "Inaccessible", "nothing is fetched: manifest.inaccessible"},
    {"rs/libpng-test_with_url.png", "Inaccessible", "nothing is fetched: manifest.inaccessible"},
    {"own/late_stamp_countersig.txt", "Trusted",
     "the text on time-stamp assertions can be read so that a late stamp covers what sigTst2 "
     "covers; both forms are "
     "taken"},
    {"own/late_stamp_none.txt", "Invalid",
     "without a stamp trust is judged now too, and an expired leaf chains to nothing"},
    {"own/attack_two_stores.jpg", "error",
     "a file with more than one store has none; said as an error, never as a plain file"},
    {"own/tamper_claim_label.jpg", "Invalid", "no claim box of a known label: claim.missing"},
    {"rs/no_alg.jpg", "Invalid", "no algorithm anywhere is algorithm.unsupported"},
    {"rs/prerelease.jpg", "Invalid", "a store of before 1.0 lacks what a manifest must have"},
    {"public/adobe-20220124-E-clm-CAICAI.jpg", "Invalid",
     "an ingredient assertion whose hash does not match is not followed"},
    {"public/adobe-20240110-single_manifest_store.pdf", "none", "PDF is not read; sidecars are"},
    {"cawg/malformed_cbor.jpg", "Trusted", cawg},
    {"cawg/malformed_cbor.jpg", "Valid", cawg},
    {"cawg/duplicate_assertion_reference.jpg", "Trusted", cawg},
    {"cawg/extra_assertion_claim_v1.jpg", "Trusted", cawg},
    {"cawg/no_hard_binding.jpg", "Trusted", cawg},
    {"cawg/pad1_invalid.jpg", "Trusted", cawg},
    {"rs/C_with_CAWG_data.jpg", "Trusted", cawg},
};

struct Told {
    std::string state;  // Trusted, Valid, Invalid, Inaccessible, none, error
    std::set<std::string> failures, ingredient_failures;
};

x509::TrustLists all_anchors() {
    auto const text =
        read_text_file(shared_path("vectors/c2pa/trust/all_anchors_for_expected.pem"), 1 << 20);
    auto anchors = Certificate::from_pem(text.ok() ? *text : "");
    EXPECT_TRUE(anchors.ok());
    return {*anchors, *anchors, {}};
}

WallTime then() { return parse_time("2026-11-23T00:00:00.000Z").take(); }

Told told_by(Result<Report> const& report) {
    if (!report.ok()) return {"error", {}, {}};
    Told out;
    out.state = report->state == State::none ? "none" : state_name(report->state);
    if (report->state == State::inaccessible) return out;
    for (auto const& status : report->active.failure) out.failures.insert(status.code);
    for (auto const& delta : report->deltas) {
        for (auto const& status : delta.deltas.failure) out.ingredient_failures.insert(status.code);
    }
    return out;
}

Told told_by(Json const& summary) {
    if (summary.contains("error")) {
        auto const text = summary["error"].get<std::string>();
        return {text.find("JumbfNotFound") != text.npos ? "none" : "error", {}, {}};
    }
    Told out{summary["state"].get<std::string>(), {}, {}};
    auto const take = [&](char const* key, std::set<std::string>& to) {
        for (auto const& code : summary.value(key, Json::array())) {
            auto text = code.get<std::string>();
            if (text == "signingCredential.expired") text = "claimSignature.outsideValidity";
            // Their names for what the specification calls otherwise, and assertions that are not
            // C2PA's.
            if (text == "assertion.required.missing") text = "assertion.cbor.invalid";
            if (!text.starts_with("cawg.")) to.insert(text);
        }
    };
    take("failure", out.failures);
    take("ingredientFailures", out.ingredient_failures);
    return out;
}

Result<Report> ask(Path const& file, Question const& question) {
    auto const sidecar = Path(file.string() + ".c2pa");
    if (file.extension() == ".c2pa") {
        auto bytes = TRY(read_file(file, store_bytes_max));
        return validate_store_alone(std::move(bytes), question);
    }
    auto const source = TRY(FileSource::open(file));
    if (is_there(sidecar)) {
        auto bytes = TRY(read_file(sidecar, store_bytes_max));
        return validate_sidecar(source, std::move(bytes), question);
    }
    return validate(source, question);
}

std::string join(std::set<std::string> const& codes) {
    std::string out;
    for (auto const& code : codes) out += " " + code;
    return out;
}

std::vector<Path> expectations() {
    std::vector<Path> out;
    for (auto const* folder : {"public", "rs", "cawg", "own"}) {
        for (auto const& entry :
             std::filesystem::directory_iterator(shared_path(vectors) / folder)) {
            if (entry.path().string().ends_with(".expected.json")) out.push_back(entry.path());
        }
    }
    std::ranges::sort(out);
    return out;
}

Json load(Path const& path) { return Json::parse(read_text_file(path, 64 << 20).take()); }

bool none_or_error(std::string const& state) { return state == "none" || state == "error"; }

struct Tally {
    int same = 0, explained = 0, unexplained = 0;
};

void compare(Path const& expectation, char const* which, Question const& question, Tally& tally) {
    auto const text = expectation.string();
    Path const file = text.substr(0, text.size() - std::string_view(".expected.json").size());
    auto const name = file.parent_path().filename().string() + "/" + file.filename().string();
    auto const json = load(expectation);
    auto const theirs = told_by(json[which]);
    auto const report = ask(file, question);
    auto const ours = told_by(report);
    bool const same = theirs.state == ours.state && theirs.failures == ours.failures &&
                      theirs.ingredient_failures == ours.ingredient_failures;
    // "No manifest" and "cannot be read" are told apart more finely by us.
    if (same || (none_or_error(theirs.state) && none_or_error(ours.state))) {
        ++tally.same;
        return;
    }
    auto const known = std::ranges::find_if(differences, [&](auto const& one) {
        return one.file == name && one.verdict == ours.state;
    });
    bool const explained = known != std::end(differences);
    ++(explained ? tally.explained : tally.unexplained);
    std::printf("%-12s %-44s theirs %s%s |%s   ours %s%s |%s   %s\n",
                explained ? "explained" : "DIFFERENT", name.c_str(), theirs.state.c_str(),
                join(theirs.failures).c_str(), join(theirs.ingredient_failures).c_str(),
                ours.state.c_str(), join(ours.failures).c_str(),
                join(ours.ingredient_failures).c_str(),
                explained     ? std::string(known->why).c_str()
                : report.ok() ? ""
                              : report.error().what.c_str());
}

TEST(VerdictTable, with_all_anchors_every_vector_is_judged_as_by_the_reference) {
    NEEDS_SHARED(vectors);
    auto const lists = all_anchors();
    Tally tally;
    for (auto const& one : expectations()) compare(one, "summary", {lists, then()}, tally);
    std::printf("%d the same, %d explained, %d not explained\n", tally.same, tally.explained,
                tally.unexplained);
    EXPECT_EQ(tally.unexplained, 0);
    EXPECT_GE(tally.same, 84);
}

TEST(VerdictTable, without_anchors_every_vector_is_judged_as_by_the_reference) {
    NEEDS_SHARED(vectors);
    x509::TrustLists const lists;
    Tally tally;
    for (auto const& one : expectations()) {
        compare(one, "summary_without_anchors", {lists, then()}, tally);
    }
    std::printf("%d the same, %d explained, %d not explained\n", tally.same, tally.explained,
                tally.unexplained);
    EXPECT_EQ(tally.unexplained, 0);
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
    auto const report = ask(shared_path("vectors/c2pa/own/selfsigned_leaf.jpg"), {lists, then()});
    ASSERT_OK(report);
    EXPECT_EQ(report->state, State::trusted);
    EXPECT_EQ(report->signers.begin()->second.standing, x509::Standing::known);
}

TEST(VerdictTable, the_store_of_another_file_does_not_fit) {
    NEEDS_SHARED("vectors/c2pa/own/wrong_sidecar_for_jpg.c2pa");
    auto const lists = all_anchors();
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
    auto const lists = all_anchors();
    auto const file = shared_path("vectors/c2pa/own/chain_derived_redacted.mp4");
    auto const report = ask(file, {lists, then()});
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

}  // namespace
}  // namespace exhibit::c2pa
