// Every way to falsify a release that we could think of is caught by the sentence that names it;
// differences that are none raise no alarm.
#include "prove/prove.hpp"
#include "prove/sentences.hpp"
#include "support/report_schema.hpp"
#include "tampering.hpp"

namespace exhibit::prove {
namespace {

using test::Originals;
using test::Specimen;
using test::Tampering;

class TamperMatrix : public testing::Test {
protected:
    // Keys and sealing once for the whole table, and each release judged once.
    static void SetUpTestSuite() { originals = new Originals; }
    static void TearDownTestSuite() {
        reports.clear();
        delete originals;
        originals = nullptr;
    }
    VerifyReport const& report_after(Tampering const& one) {
        auto const known = reports.find(one.name);
        if (known != reports.end()) return known->second;
        Specimen specimen(*originals, folder / one.name);
        one.apply(specimen);
        auto report =
            verify_release(specimen.folder, {.full = one.full, .time = originals->custody->trust});
        std::filesystem::permissions(specimen.folder, std::filesystem::perms::all);
        return reports.emplace(one.name, std::move(report)).first->second;
    }
    static Originals* originals;
    static inline std::map<std::string, VerifyReport> reports;
    test::TemporaryFolder folder;
};
Originals* TamperMatrix::originals = nullptr;

bool says(VerifyReport const& report, Tampering const& one) {
    return std::ranges::any_of(report.findings, [&](Finding const& finding) {
        if (finding.id != one.id || finding.subject != one.subject) return false;
        return std::ranges::all_of(one.details.items(), [&](auto const& item) {
            return finding.details.contains(item.key()) &&
                   finding.details[item.key()] == item.value();
        });
    });
}

TEST_F(TamperMatrix, every_falsification_is_named) {
    auto const table = test::tamperings();
    std::size_t caught = 0;
    std::set<std::string> ids;
    for (auto const& one : table) {
        auto const& report = report_after(one);
        bool const good = says(report, one) && report.holds() == one.holds;
        EXPECT_TRUE(good) << one.name << " (" << one.what << "): expected " << one.id << " of '"
                          << one.subject << "', holds " << one.holds << "\n"
                          << show_report(report);
        caught += good;
        ids.insert(one.id);
    }
    std::printf("%zu of %zu ways to falsify a release were named, by %zu different sentences\n",
                caught, table.size(), ids.size());
    EXPECT_GE(table.size(), 40u);
}

TEST_F(TamperMatrix, harmless_differences_raise_no_alarm) {
    auto const table = test::harmless_differences();
    std::size_t quiet = 0;
    for (auto const& one : table) {
        auto const& report = report_after(one);
        EXPECT_TRUE(report.holds()) << one.name << " (" << one.what << ")\n" << show_report(report);
        quiet += report.holds();
    }
    std::printf("%zu of %zu harmless differences raised no alarm\n", quiet, table.size());
    EXPECT_GE(table.size(), 10u);
}

TEST_F(TamperMatrix, the_true_release_holds_also_when_every_byte_is_asked_about) {
    auto const& report = report_after({"true", "nothing", [](Specimen&) {}, {}, {}, true, true});
    EXPECT_TRUE(report.holds()) << show_report(report);
}

TEST_F(TamperMatrix, every_report_has_the_published_form) {
    NEEDS_JSONSCHEMA();
    std::vector<std::string> written;
    for (auto const& table : {test::tamperings(), test::harmless_differences()}) {
        for (auto const& one : table) written.push_back(write_report(report_after(one)));
    }
    EXPECT_EQ(test::complaints_of_the_schema(written), "");
}

TEST_F(TamperMatrix, every_name_is_one_folder) {
    std::set<std::string> names;
    for (auto const& table : {test::tamperings(), test::harmless_differences()}) {
        for (auto const& one : table) EXPECT_TRUE(names.insert(one.name).second) << one.name;
    }
}

}  // namespace
}  // namespace exhibit::prove
