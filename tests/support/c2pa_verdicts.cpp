#include "support/c2pa_verdicts.hpp"

#include <algorithm>

#include "support/c2pa_differences.hpp"

namespace exhibit::test {
namespace {

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

std::string row(std::string vector, std::string who, C2paVerdict const& verdict) {
    vector.resize(std::max<std::size_t>(vector.size(), 50), ' ');
    who.resize(5, ' ');
    return vector + who + verdict.state + join(verdict.failures) + " |" +
           join(verdict.ingredient_failures);
}

// The codes that one list has and the other has not.
std::set<std::string> apart(std::set<std::string> const& a, std::set<std::string> const& b) {
    std::set<std::string> out;
    std::ranges::set_symmetric_difference(a, b, std::inserter(out, out.end()));
    return out;
}

// The row of the list that allows this verdict of ours, and every code that differs.
C2paDifference const* explanation(std::string const& vector, C2paVerdict const& theirs,
                                  C2paVerdict const& ours) {
    auto codes = apart(theirs.failures, ours.failures);
    codes.merge(apart(theirs.ingredient_failures, ours.ingredient_failures));
    for (auto const& one : c2pa_differences) {
        bool const all = std::ranges::all_of(codes, [&](std::string const& code) {
            return (" " + std::string(one.codes) + " ").find(" " + code + " ") != std::string::npos;
        });
        if (one.file == vector && one.ours == ours.state && all) return &one;
    }
    return nullptr;
}

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
    bool const codes_same =
        theirs.failures == ours.failures && theirs.ingredient_failures == ours.ingredient_failures;
    // "No manifest" and "cannot be read" are told apart more finely by us.
    bool const neither = none_or_error(theirs.state) && none_or_error(ours.state);
    if ((theirs.state == ours.state && codes_same) || neither) {
        ++counts_[who].same;
        std::printf("same      %s\n", row(vector, who, ours).c_str());
        return;
    }
    auto const* known = explanation(vector, theirs, ours);
    ++(known != nullptr ? counts_[who].explained : counts_[who].unexplained);
    std::printf("%-9s %s\n%s\n", known != nullptr ? "explained" : "DIFFERENT",
                row(vector, who, theirs).c_str(), ("          " + row("", "ours", ours)).c_str());
    if (known != nullptr) std::printf("          %s\n", std::string(known->why).c_str());
}

void VerdictTable::finish(int same_at_least) {
    int same = 0;
    for (auto const& [who, count] : counts_) {
        std::printf("%s%s%d the same, %d explained, %d not explained\n", who.c_str(),
                    who.empty() ? "" : ": ", count.same, count.explained, count.unexplained);
        EXPECT_EQ(count.unexplained, 0) << who;
        same += count.same;
    }
    EXPECT_GE(same, same_at_least);
}

}  // namespace exhibit::test
