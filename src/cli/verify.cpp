// exhibit verify: what holds, what does not, what was not proven.
#include "cli/cli.hpp"
#include "prove/verify.hpp"

namespace exhibit::cli {
namespace {

VerifyReport verify_one(Path const& path, prove::VerifyOptions const& options) {
    if (path.extension() == ".age") {
        auto statement = path;
        statement.replace_extension(".sd-jwt");
        return prove::verify_exhibit_file(path, statement);
    }
    return prove::verify_release(path, options);
}

}  // namespace

Outcome run_verify(Globals const&, Verify const& arguments, Terminal& terminal) {
    std::optional<Error> trouble;
    for (auto const& text : arguments.paths) {
        Path const path = text;
        if (!is_there(path)) return bad_input("is not there").at(text).coded("not-found");
        auto const report = verify_one(path, {.full = arguments.full});
        if (terminal.json()) std::printf("%s\n", prove::write_report(report).c_str());
        else std::printf("%s", prove::show_report(report).c_str());
        if (auto const* finding = report.first_trouble(); finding != nullptr && !trouble) {
            bool const contradicts = finding->verdict == Verdict::fails;
            trouble = Error{contradicts ? Fault::input : Fault::world,
                            (finding->subject.empty() ? "" : finding->subject + ": ") + finding->sentence, text, "", "", contradicts ? "fails" : "not-checked"};
        } else if (!report.holds() && !trouble) {
            trouble = bad_input("nothing was proven").at(text).coded("fails");
        }
    }
    if (trouble) return *trouble;
    return {};
}

}  // namespace exhibit::cli
