// The Library of Congress's conformance suite, bag by bag.
#include <set>

#include "formats/bagit/test_folders.hpp"
#include "support/shared.hpp"

namespace exhibit::bagit {
namespace {

// The class of the first reason, for each bag that must be refused.
std::map<std::string, std::set<std::string>> const reasons = {
    {"v0.97/invalid/baginfo-missing-encoding", {"bagit-txt"}},
    {"v0.97/invalid/bom-in-bagit.txt", {"bagit-txt"}},
    {"v0.97/invalid/corrupt-data-file", {"digest"}},
    {"v0.97/invalid/corrupt-tag-file", {"digest"}},
    {"v0.97/invalid/extra-file-in-bag", {"extra"}},
    {"v0.97/invalid/invalid-version-number", {"version"}},
    {"v0.97/invalid/missing-baginfo", {"missing"}},
    {"v0.97/invalid/missing-bagit.txt", {"bagit-txt"}},
    {"v0.97/invalid/out-of-scope-file-paths-using-dot-notation", {"path"}},
    {"v0.97/invalid/out-of-scope-file-paths-using-dot-notation-for-fetch", {"path"}},
    {"v0.97/invalid/same-filename-listed-twice-with-different-hashes", {"duplicate"}},
    {"v0.97/linux-only/out-of-scope-file-paths-using-absolute-path", {"path"}},
    {"v0.97/linux-only/out-of-scope-file-paths-using-absolute-path-for-fetch", {"path"}},
    {"v0.97/linux-only/out-of-scope-file-paths-using-shortcut", {"path"}},
    {"v0.97/linux-only/out-of-scope-file-paths-using-shortcut-for-fetch", {"path"}},
    {"v0.97/linux-only/out-of-scope-file-paths-using-shortcut-username", {"path"}},
    {"v0.97/linux-only/out-of-scope-file-paths-using-shortcut-username-for-fetch", {"path"}},
    {"v1.0/invalid/bagit-with-invalid-whitespace", {"bagit-txt"}},
    {"v1.0/invalid/notAllManifestsListAllFiles", {"extra"}},
    {"v1.0/invalid/same-filename-listed-twice-with-different-hashes", {"bagit-txt", "version"}},
    {"v1.0/invalid/same-filename-listed-twice-with-the-same-hash", {"duplicate"}},
};

std::string told(Report const& report) {
    std::string out;
    for (auto const& finding : report.problems) {
        out += std::string(finding.code) + ": " + finding.what + " [" + finding.path + "]\n";
    }
    for (auto const& finding : report.warnings) {
        out += "(" + std::string(finding.code) + ": " + finding.what + " [" + finding.path + "])\n";
    }
    return out;
}

bool has_code(std::vector<Finding> const& findings, std::set<std::string> const& codes) {
    for (auto const& finding : findings) {
        if (codes.contains(finding.code)) return true;
    }
    return false;
}

bool as_expected(std::string const& name, Report const& report) {
    auto const text = told(report);
    if (auto const wanted = reasons.find(name); wanted != reasons.end()) {
        EXPECT_EQ(report.verdict(), Verdict::invalid) << name << "\n" << text;
        EXPECT_TRUE(has_code(report.problems, wanted->second)) << name << "\n" << text;
        return report.verdict() == Verdict::invalid && has_code(report.problems, wanted->second);
    }
    bool const warn = name.find("/warning/") != std::string::npos;
    EXPECT_NE(report.verdict(), Verdict::invalid) << name << "\n" << text;
    EXPECT_TRUE(!warn || !report.warnings.empty()) << name;
    return report.verdict() != Verdict::invalid && (!warn || !report.warnings.empty());
}

TEST(BagitVectors, every_bag_of_the_suite_is_judged_as_it_says) {
    NEEDS_SHARED("vectors/bagit");
    auto const root = test::shared_path("vectors/bagit");
    std::map<std::string, int> good;
    int bags = 0;
    for (std::string const version : {"v0.97", "v1.0"}) {
        for (std::string const kind : {"valid", "warning", "invalid", "linux-only"}) {
            if (!std::filesystem::is_directory(root / version / kind)) continue;
            for (auto const& entry : std::filesystem::directory_iterator(root / version / kind)) {
                auto const name = version + "/" + kind + "/" + entry.path().filename().string();
                EXPECT_TRUE(kind == "valid" || kind == "warning" || reasons.contains(name)) << name;
                DiskFolder folder(entry.path());
                auto const report = verify_bag(folder);
                ASSERT_OK(report);
                ++bags;
                good[kind] += as_expected(name, *report);
            }
        }
    }
    std::printf(
        "bagit suite: valid %d, warning %d, invalid %d, linux-only %d as expected, of %d bags\n",
        good["valid"], good["warning"], good["invalid"], good["linux-only"], bags);
    RecordProperty("bags", bags);
    EXPECT_EQ(bags, 40);
    EXPECT_EQ(good["valid"] + good["warning"] + good["invalid"] + good["linux-only"], bags);
}

}  // namespace
}  // namespace exhibit::bagit
