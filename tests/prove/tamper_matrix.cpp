// tamper_matrix --write DIR: every falsified release of the table as a folder, for other verifiers
// to be tested with: DIR/00-true, DIR/NN-NAME, and DIR/cases.json that says what must be found.
#include <cstdio>
#include <cstring>

#include "prove/sentences.hpp"
#include "tampering.hpp"

namespace exhibit::test {
namespace {

std::string verdict_of(std::string const& id) {
    for (auto const& sentence : prove::sentences) {
        if (sentence.id == id) return std::string(word_of(sentence.verdict));
    }
    return {};
}

Json describe(Tampering const& one, std::string const& folder) {
    Json expect = {{"holds", one.holds}};
    if (!one.id.empty()) {
        expect["id"] = one.id;
        expect["verdict"] = verdict_of(one.id);
        expect["subject"] = one.subject;
        expect["details"] = one.details;
    }
    return {{"folder", folder},
            {"name", one.name},
            {"what", one.what},
            {"full", one.full},
            {"expect", expect}};
}

int write_all(Path const& to) {
    std::filesystem::create_directories(to);
    Originals originals;
    Json cases = Json::array();
    std::size_t number = 0;
    std::vector<Tampering> table = {
        {"true", "nothing was done to it", [](Specimen&) {}, {}, {}, true}};
    for (auto const& part : {tamperings(), harmless_differences()})
        table.insert(table.end(), part.begin(), part.end());
    for (auto const& one : table) {
        char folder[128];
        std::snprintf(folder, sizeof folder, "%02zu-%s", number++, one.name.c_str());
        Specimen specimen(originals, to / folder);
        one.apply(specimen);
        cases.push_back(describe(one, folder));
    }
    // What a reader of these releases believes: else stamps and blocks are not counted.
    if (originals.custody->authority)
        std::filesystem::copy_file(originals.custody->authority->root_file(), to / "authority.pem");
    auto const& block = originals.custody->blocks.front();
    Json const index = {
        {"type", "exhibit.tamper-cases.v1"},
        {"cases", cases},
        {"trust",
         {{"authority", "authority.pem"},
          {"test_block", {{"height", block.height}, {"header", to_hex(block.header.raw())}}}}}};
    if (!replace_file(to / "cases.json", index.dump(1) + "\n", Access::everyone).ok()) return 3;
    std::printf("%zu releases in %s\n", cases.size(), to.c_str());
    return testing::Test::HasFailure() ? 70 : 0;
}

}  // namespace
}  // namespace exhibit::test

int main(int argc, char** argv) {
    if (argc == 3 && std::strcmp(argv[1], "--write") == 0) return exhibit::test::write_all(argv[2]);
    std::fprintf(stderr, "usage: tamper_matrix --write DIR\n");
    return 2;
}
