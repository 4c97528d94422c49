// What `exhibit --json verify` prints is what docs/verify-report.schema.json says, in every form it
// is asked in; and that schema refuses what no report may be.
#include "support/report_schema.hpp"

#include <regex>

#include "prove/prove.hpp"
#include "prove/sentences.hpp"
#include "specimen.hpp"

namespace exhibit::prove {
namespace {

using namespace test;

std::string printed(std::vector<std::string> words) {
    words.insert(words.begin(), {(program_folder() / "exhibit").string(), "--json"});
    return run(words).out;
}

TEST(ReportSchema, every_form_of_the_question_is_answered_in_the_published_form) {
    NEEDS_JSONSCHEMA();
    TemporaryFolder folder;
    Originals originals;
    auto const out = originals.published();
    auto const ciphertext = (out / "data/0001.age").string();
    auto const shown = (folder / "shown").string();
    printed(
        {"disclose", out.string(), "--exhibit", "2", "--show", "name", "--bytes", "0-9", shown});
    Specimen forged(originals, folder / "forged");
    forged.flip("data/0001/" + std::string(photo));
    forged.remove("proofs/0002.exhibit-certificate.json");
    std::vector<std::string> const reports = {
        printed({"verify", "--full", out.string()}),
        printed({"verify", out.string(), forged.folder.string()}),
        printed({"verify", forged.folder.string()}),
        printed({"verify", (out / "data/0001" / photo).string()}),
        printed({"verify", ciphertext}),
        printed({"verify", "--key", (out / "data/case-key.txt").string(), ciphertext}),
        printed({"verify", (out / "data/0001.sd-jwt").string()}),
        printed({"verify", shown}),
        printed({"verify", (folder / "nothing").string()}),
        printed({"verify", folder.path().string()}),
        write_report(verify_bag_folder(out)),
        write_report(VerifyReport{}),
    };
    for (auto const& report : reports) EXPECT_GT(report.size(), 50u) << report;
    EXPECT_EQ(complaints_of_the_schema(reports), "");
}

TEST(ReportSchema, what_is_no_report_is_refused) {
    NEEDS_JSONSCHEMA();
    Json const finding = {{"subject", ""},
                          {"id", "vouched.missing"},
                          {"claim", "vouched"},
                          {"label", "Vouched"},
                          {"verdict", "holds"},
                          {"sentence", "words"},
                          {"evidence", {"a"}},
                          {"check", ""},
                          {"details", {{"statement", std::string(64, 'a')}}}};
    Json const good = {
        {"type", "exhibit.verify-report.v1"}, {"holds", true}, {"findings", {finding}}};
    EXPECT_EQ(complaints_of_the_schema({good.dump()}), "");
    std::vector<Json> changes;
    for (auto const& [name, value] : good.items())
        changes.push_back({{{"op", "remove"}, {"path", "/" + name}}});
    for (auto const& [name, value] : finding.items())
        changes.push_back({{{"op", "remove"}, {"path", "/findings/0/" + name}}});
    for (auto const& [path, value] :
         std::map<std::string, Json>{{"/type", "exhibit.verify-report.v2"},
                                     {"/holds", false},
                                     {"/findings", Json::array()},
                                     {"/findings/0/verdict", "fails"},
                                     {"/findings/0/id", "Vouched"},
                                     {"/findings/0/evidence", "a"},
                                     {"/findings/0/details/statement", "short"},
                                     {"/findings/0/more", 1},
                                     {"/more", 1}})
        changes.push_back({{{"op", "add"}, {"path", path}, {"value", value}}});
    std::vector<std::string> wrong;
    for (auto const& change : changes) wrong.push_back(good.patch(change).dump());
    auto const complaints = complaints_of_the_schema(wrong);
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(complaints, '\n')), wrong.size())
        << complaints;
}

TEST(ReportSchema, names_have_the_published_form) {
    static std::regex const form(R"([a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*)");
    for (auto const& one : sentences)
        EXPECT_TRUE(std::regex_match(std::string(one.id), form)) << one.id;
}

}  // namespace
}  // namespace exhibit::prove
