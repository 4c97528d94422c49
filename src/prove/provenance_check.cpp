#include "prove/provenance_check.hpp"

#include <algorithm>

#include "base/byte_source.hpp"
#include "formats/c2pa/report.hpp"
#include "formats/tar/name.hpp"

namespace exhibit::prove {
namespace {

using c2pa::Report;
using c2pa::State;

// That a certificate has ended, or is not what it should be, says nothing against the file.
bool is_about_the_signer(c2pa::Status const& status) {
    return status.code == c2pa::untrusted_code || status.code == "claimSignature.outsideValidity" ||
           status.code == "signingCredential.invalid" ||
           status.code == "signingCredential.ocsp.revoked";
}

std::vector<c2pa::Status> failures_of(Report const& report) {
    auto out = report.active.failure;
    for (auto const& delta : report.deltas)
        out.insert(out.end(), delta.deltas.failure.begin(), delta.deltas.failure.end());
    return out;
}

std::string signer_of(Report const& report) {
    auto const found = report.signers.find(report.store->active().label);
    if (found == report.signers.end()) return "somebody";
    auto const& name =
        found->second.common_name.empty() ? found->second.issuer : found->second.common_name;
    return name.empty() ? "somebody without a name" : "\"" + tar::printable(name) + "\"";
}

Json details_of(Report const& report) {
    Json codes = Json::array();
    for (auto const& failure : failures_of(report)) codes.push_back(failure.code);
    return {{"state", c2pa::state_name(report.state)},
            {"manifest", report.store->active().label},
            {"manifests", report.store->manifests().size()},
            {"failures", codes}};
}

void say_report(Findings& to, Report const& report, std::string const& path) {
    Grounds grounds{{path}, "exhibit provenance " + in_quotes(path), Json::object()};
    if (report.state == State::inaccessible) {
        return to.say("provenance.elsewhere",
                      "the file says that its manifest lies elsewhere; nothing is fetched here",
                      std::move(grounds));
    }
    if (!report.store) return;
    grounds.details = details_of(report);
    auto const by = ", signed by " + signer_of(report) + ", a name that anybody can choose";
    auto const failures = failures_of(report);
    auto const worst = std::ranges::find_if_not(failures, is_about_the_signer);
    if (worst != failures.end()) {
        return to.say("provenance.broken",
                      "what the file says of itself does not hold: " + worst->explanation + " (" +
                          worst->code + ")",
                      std::move(grounds));
    }
    if (report.state == State::invalid) {
        return to.say("provenance.ended",
                      "intact by its own manifest" + by +
                          "; the certificate was not valid, or not of the right kind",
                      std::move(grounds));
    }
    to.say("provenance.intact", "intact; signer not on your list: its own manifest holds" + by,
           std::move(grounds));
}

}  // namespace

void judge_manifest(Findings& to, Path const& file, WallTime now) {
    auto const path = tar::printable(file.string());
    auto const source = FileSource::open(file);
    x509::TrustLists const nobody;
    auto const report =
        source.ok() ? c2pa::validate(*source, {nobody, now}) : Result<Report>(source.error());
    if (report.ok()) return say_report(to, *report, path);
    // A container that is broken without a manifest in sight is somebody else's business.
    auto const code = std::string_view(report.error().code);
    bool const about_manifest = report.error().fault != Fault::input || code == "c2pa-box" ||
                                code == "two-stores" || code == "c2pa-store" || code == "jumbf" ||
                                code == "jumbf-packets";
    if (!about_manifest) return;
    to.trouble("provenance.broken", "provenance.unreadable",
               "what the file says of itself cannot be read: ", report.error(), {{path}});
}

VerifyReport verify_media(Path const& file, VerifyOptions const& options) {
    VerifyReport report;
    Findings to(report, tar::printable(file.filename().string()));
    judge_manifest(to, file, options.now);
    if (!report.findings.empty())
        to.say("not-proven.always",
               "that the scene was not staged; who filmed; that anything it says is true");
    return report;
}

}  // namespace exhibit::prove
