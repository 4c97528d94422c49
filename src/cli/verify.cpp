// exhibit verify: what holds, what does not, what was not proven.
#include "prove/verify.hpp"
#include "cli/cli.hpp"

namespace exhibit::cli {
namespace {

// A published original, data/NNNN/NAME in a release folder: its statement, disclosures and
// certificates lie where `publish` puts them.
std::optional<prove::OriginalProof> proof_beside(Path const& file) {
    auto const number = parse_exhibit_number(file.parent_path().filename().string());
    if (!number.ok()) return std::nullopt;
    auto const data = file.parent_path().parent_path();
    auto const root = data.parent_path();
    auto const beside = [&](std::string const& name) -> std::optional<Path> {
        auto const path = root / "proofs" / (show(*number) + name);
        if (!is_there(path)) return std::nullopt;
        return path;
    };
    prove::OriginalProof proof;
    proof.statement = data / (show(*number) + ".sd-jwt");
    proof.disclosures = data / (show(*number) + ".disclosures.json");
    if (!is_there(proof.statement)) return std::nullopt;
    proof.exhibit_certificate = beside(".exhibit-certificate.json");
    proof.device_certificate = beside(".device-certificate.json");
    if (is_there(data / "policy.json")) proof.policy = data / "policy.json";
    return proof;
}

VerifyReport verify_one(Path const& path, prove::VerifyOptions const& options) {
    if (path.extension() == ".age") {
        auto statement = path;
        statement.replace_extension(".sd-jwt");
        return prove::verify_exhibit_file(path, statement);
    }
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) {
        if (auto const proof = proof_beside(std::filesystem::absolute(path)))
            return prove::verify_original(path, *proof, options);
    }
    return prove::verify_release(path, options);
}

}  // namespace

Outcome run_verify(Globals const&, Verify const& arguments, Terminal& terminal) {
    std::optional<Error> trouble;
    Json reports = Json::array();
    for (auto const& text : arguments.paths) {
        Path const path = text;
        if (!is_there(path)) return bad_input("is not there").at(text).coded("not-found");
        auto const report = verify_one(path, {.full = arguments.full});
        if (terminal.json()) {
            auto json = TRY(parse_json(as_bytes(prove::write_report(report))));
            reports.push_back(std::move(json));
        } else {
            std::printf("%s", prove::show_report(report).c_str());
        }
        if (auto const* finding = report.first_trouble(); finding != nullptr && !trouble) {
            bool const contradicts = finding->verdict == Verdict::fails;
            trouble =
                Error{contradicts ? Fault::input : Fault::world,
                      (finding->subject.empty() ? "" : finding->subject + ": ") + finding->sentence,
                      text,
                      "",
                      "",
                      contradicts ? "fails" : "not-checked"};
        } else if (!report.holds() && !trouble) {
            trouble = bad_input("nothing was proven").at(text).coded("fails");
        }
    }
    terminal.result(reports.size() == 1 ? reports.front() : Json{{"reports", reports}});
    if (trouble) return *trouble;
    return {};
}

}  // namespace exhibit::cli
