#include <algorithm>
#include <set>

#include "support/c2pa_signer.hpp"

namespace exhibit::test {
namespace {

std::string state_of(Json const& report) {
    if (report.contains("error")) return "error: " + report["error"].get<std::string>();
    return report.value("validation_state", "");
}

std::string codes_of(Json const& report) {
    std::set<std::string> codes;
    auto const take = [&](Json const& lists) {
        for (auto const& status : lists.value("failure", Json::array()))
            codes.insert(status["code"].get<std::string>());
    };
    auto const results = report.value("validation_results", Json::object());
    take(results.value("activeManifest", Json::object()));
    for (auto const& delta : results.value("ingredientDeltas", Json::array()))
        take(delta.value("validationDeltas", Json::object()));
    std::string out;
    for (auto const& code : codes) out += " " + code;
    return out;
}

}  // namespace

bool have_c2pa_oracles() {
    return have_program("node") &&
           is_there(source_folder() / "node_modules/@contentauth/c2pa-node/dist/index.node") &&
           is_there(source_folder() / "node_modules/@contentauth/c2pa-wasm/package.json");
}

std::vector<C2paOracle> ask_c2pa_oracles(std::vector<C2paQuestion> const& files,
                                         std::string const& anchors_pem) {
    Json list = Json::array();
    for (auto const& one : files)
        list.push_back({{"file", one.file.string()}, {"sidecar", one.sidecar.string()}});
    auto const question = Json{{"anchors", anchors_pem}, {"files", list}}.dump();
    auto const ran =
        run({"node", "tests/oracles/c2pa_reader.mjs"}, as_bytes(question), source_folder());
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::vector<C2paOracle> out;
    for (auto const& one : Json::parse(ran.out, nullptr, false)) {
        C2paOracle told;
        told.node_report = one["node"];
        told.wasm_report = one["wasm"];
        told.node = state_of(told.node_report);
        told.node_codes = codes_of(told.node_report);
        told.wasm = state_of(told.wasm_report);
        told.wasm_codes = codes_of(told.wasm_report);
        out.push_back(std::move(told));
    }
    EXPECT_EQ(out.size(), files.size()) << ran.err;
    out.resize(files.size());
    return out;
}

}  // namespace exhibit::test
