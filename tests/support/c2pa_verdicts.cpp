#include "support/c2pa_verdicts.hpp"

#include <algorithm>

namespace exhibit::test {
namespace {

struct Difference {
    std::string_view file;
    std::string_view verdict;  // ours
    std::string_view why;
};

constexpr auto inaccessible =
    "§15.5: \"such as in an offline scenario, the manifest.inaccessible error code shall be used "
    "to "
    "report the situation\"";
constexpr auto cawg =
    "§15.10.3.2: \"If the assertion's label is not listed below, then that type of assertion does "
    "not require any additional validation steps\": an identity assertion is another body's";
constexpr auto not_redacted =
    "§15.11.3.3.1: \"if the referenced assertion is present and any JUMBF Content box [...] "
    "contains "
    "anything other than zero or more 0x00 bytes, the claim shall be rejected\"";
constexpr auto now_too =
    "§15.8.2: without a stamp \"the C2PA Manifest is valid if the current time at validation is "
    "within the validity period of the signer's certificate and all CA certificates up to the "
    "trust "
    "anchor\": so both are told, outside validity and no chain that holds now";

constexpr Difference differences[] = {
    {"rs/cloud.jpg", "Inaccessible", inaccessible},
    {"rs/cloudx.jpg", "Inaccessible", inaccessible},
    {"rs/libpng-test_with_url.png", "Inaccessible", inaccessible},
    {"own/late_stamp_countersig.txt", "Trusted",
     "§18.17.3: \"obtained using the same process as described in Section 10.3.2.5.3\", which is a "
     "Sig_structure around the signature; the reference hashes the bare signature. Both are taken"},
    {"own/late_stamp_none.txt", "Invalid", now_too},
    {"own/expired.jpg", "Invalid", now_too},
    {"own/attack_two_stores.jpg", "error",
     "§15.5: \"If there are multiple C2PA Manifest Stores present in an asset, they shall all be "
     "considered as invalid\"; said as an error, never as a file that says nothing"},
    {"own/tamper_claim_label.jpg", "Invalid",
     "§15.6.1: the claim has \"a label of c2pa.claim.v2 (or c2pa.claim for files with older claim "
     "structures)\": claim.missing"},
    {"own/attack_forged_in_redacted_slot.mp4", "Invalid", not_redacted},
    {"own/chain_update_leaks_redacted.mp4", "Invalid", not_redacted},
    {"own/attack_update_retagged.mp4", "error",
     "A.5.3: \"When the active manifest of an asset is an update manifest, the previous standard "
     "C2PA Manifest Store is located as indicated above with box_purpose changed to original\""},
    {"public/truepic-20230212-camera.jpg", "Invalid",
     "§15.12.1.1: \"a validator shall ensure that the data contained within the exclusion range "
     "including a C2PA Manifest Store consists only of the C2PA Manifest Store and appropriate "
     "padding\""},
    {"rs/no_alg.jpg", "Invalid",
     "§15.4: an algorithm that is named nowhere is algorithm.unsupported, a failure of the "
     "manifest"},
    {"rs/prerelease.jpg", "Invalid",
     "§5.1: a validator need only be compatible with versions of the specification: a store of "
     "before 1.0 fails by its hashes"},
    {"rs/legacy.mp4", "Invalid",
     "§18.6.1: \"Validators shall ignore any c2pa.hash.bmff assertions, processing the manifest as "
     "if the assertion were not present\": claim.hardBindings.missing"},
    {"rs/ocsp_with_assertion.jpg", "Valid",
     "§18.18.2: \"ocspVals\" are byte strings; the older oracle expects text"},
    {"public/adobe-20220124-E-clm-CAICAI.jpg", "Invalid",
     "§15.11.3.3: \"If the URI does not resolve, or the hash does not match, [...] skip to the "
     "next "
     "ingredient assertion\""},
    {"public/adobe-20240110-single_manifest_store.pdf", "none",
     "A.4: embedding in PDF is not read here; manifests beside a PDF are"},
    {"cawg/malformed_cbor.jpg", "Trusted", cawg},
    {"cawg/malformed_cbor.jpg", "Valid", cawg},
    {"cawg/duplicate_assertion_reference.jpg", "Trusted", cawg},
    {"cawg/extra_assertion_claim_v1.jpg", "Trusted", cawg},
    {"cawg/no_hard_binding.jpg", "Trusted", cawg},
    {"cawg/pad1_invalid.jpg", "Trusted", cawg},
    {"rs/C_with_CAWG_data.jpg", "Trusted", cawg},
};

// Their names for what the specification calls otherwise, and codes that are not C2PA's.
void take_code(std::set<std::string>& to, std::string code) {
    if (code == "signingCredential.expired") code = "claimSignature.outsideValidity";
    if (code == "assertion.required.missing") code = "assertion.cbor.invalid";
    if (!code.starts_with("cawg.")) to.insert(std::move(code));
}

std::optional<C2paVerdict> verdict_of_error(Json const& told) {
    if (!told.contains("error")) return std::nullopt;
    auto const text = told["error"].get<std::string>();
    bool const none = text.find("JumbfNotFound") != text.npos || text.find("null") != text.npos;
    return C2paVerdict{none ? "none" : "error", {}, {}};
}

std::string join(std::set<std::string> const& codes) {
    std::string out;
    for (auto const& code : codes) out += " " + code;
    return out;
}

bool none_or_error(std::string const& state) { return state == "none" || state == "error"; }

}  // namespace

C2paVerdict verdict_of(Result<c2pa::Report> const& report) {
    if (!report.ok()) return {"error", {}, {}};
    C2paVerdict out;
    out.state = report->state == c2pa::State::none ? "none" : c2pa::state_name(report->state);
    if (report->state == c2pa::State::inaccessible) return out;
    for (auto const& status : report->active.failure) out.failures.insert(status.code);
    for (auto const& delta : report->deltas) {
        for (auto const& status : delta.deltas.failure) out.ingredient_failures.insert(status.code);
    }
    return out;
}

C2paVerdict verdict_of_summary(Json const& summary) {
    if (auto error = verdict_of_error(summary)) return *error;
    C2paVerdict out{summary["state"].get<std::string>(), {}, {}};
    auto const take = [&](char const* key, std::set<std::string>& to) {
        for (auto const& code : summary.value(key, Json::array()))
            take_code(to, code.get<std::string>());
    };
    take("failure", out.failures);
    take("ingredientFailures", out.ingredient_failures);
    return out;
}

C2paVerdict verdict_of_oracle(Json const& report) {
    if (auto error = verdict_of_error(report)) return *error;
    C2paVerdict out{report.value("validation_state", ""), {}, {}};
    auto const take = [&](Json const& lists, std::set<std::string>& to) {
        for (auto const& status : lists.value("failure", Json::array()))
            take_code(to, status["code"].get<std::string>());
    };
    auto const results = report.value("validation_results", Json::object());
    take(results.value("activeManifest", Json::object()), out.failures);
    for (auto const& delta : results.value("ingredientDeltas", Json::array()))
        take(delta.value("validationDeltas", Json::object()), out.ingredient_failures);
    return out;
}

Result<c2pa::Report> examine_vector(Path const& file, c2pa::Question const& question) {
    auto const sidecar = Path(file.string() + ".c2pa");
    if (file.extension() == ".c2pa") {
        auto bytes = TRY(read_file(file, c2pa::store_bytes_max));
        return c2pa::validate_store_alone(std::move(bytes), question);
    }
    auto const source = TRY(FileSource::open(file));
    if (is_there(sidecar)) {
        auto bytes = TRY(read_file(sidecar, c2pa::store_bytes_max));
        return c2pa::validate_sidecar(source, std::move(bytes), question);
    }
    return c2pa::validate(source, question);
}

std::vector<std::string> c2pa_vectors() {
    constexpr std::string_view ending = ".expected.json";
    std::vector<std::string> out;
    for (std::string const folder : {"public", "rs", "cawg", "own"}) {
        for (auto const& entry :
             std::filesystem::directory_iterator(shared_path("vectors/c2pa/" + folder))) {
            auto const name = entry.path().filename().string();
            if (!name.ends_with(ending)) continue;
            out.push_back(folder + "/" + name.substr(0, name.size() - ending.size()));
        }
    }
    std::ranges::sort(out);
    return out;
}

x509::TrustLists c2pa_vector_anchors() {
    auto const text =
        read_text_file(shared_path("vectors/c2pa/trust/all_anchors_for_expected.pem"), 1 << 20);
    auto anchors = Certificate::from_pem(text.ok() ? *text : "");
    EXPECT_TRUE(anchors.ok());
    return {*anchors, *anchors, {}};
}

void VerdictTable::compare(std::string const& vector, std::string const& who,
                           C2paVerdict const& theirs, C2paVerdict const& ours) {
    bool const same = theirs.state == ours.state && theirs.failures == ours.failures &&
                      theirs.ingredient_failures == ours.ingredient_failures;
    // "No manifest" and "cannot be read" are told apart more finely by us.
    if (same || (none_or_error(theirs.state) && none_or_error(ours.state))) {
        ++same_;
        return;
    }
    auto const known = std::ranges::find_if(differences, [&](auto const& one) {
        return one.file == vector && one.verdict == ours.state;
    });
    bool const explained = known != std::end(differences);
    ++(explained ? explained_ : unexplained_);
    std::printf("%-9s %-42s %-6s %s%s |%s\n%57s   ours %s%s |%s\n",
                explained ? "explained" : "DIFFERENT", vector.c_str(), who.c_str(),
                theirs.state.c_str(), join(theirs.failures).c_str(),
                join(theirs.ingredient_failures).c_str(), "", ours.state.c_str(),
                join(ours.failures).c_str(), join(ours.ingredient_failures).c_str());
    if (explained) std::printf("          %s\n", std::string(known->why).c_str());
}

void VerdictTable::finish(int same_at_least) {
    std::printf("%d the same, %d explained, %d not explained\n", same_, explained_, unexplained_);
    EXPECT_EQ(unexplained_, 0);
    EXPECT_GE(same_, same_at_least);
}

}  // namespace exhibit::test
