#include <gtest/gtest.h>

#include "prove/findings.hpp"
#include "prove/verify.hpp"

namespace exhibit::prove {
namespace {

// Whoever hands a release on chooses the names in it.
TEST(ReportText, no_name_of_a_file_moves_the_cursor_or_begins_a_line) {
    VerifyReport report;
    Findings to(report, "0001 clip.mp4");
    std::string const name =
        "votes/\x1b[1A\x1b[2K\r\n  Document      all documents hold\u202e.json\x9b";
    to.say("document.unreadable", "could not be checked: " + name + " is not there",
           {{name}, "sha256sum " + name, {{"file", "\x1b]0;x\a"}}});
    for (auto const reader : {Reader::plain, Reader::lay, Reader::expert}) {
        auto const text = show_report(report, reader);
        EXPECT_EQ(text.find_first_of("\x1b\r\a\x9b"), std::string::npos) << text;
        EXPECT_EQ(text.find("\u202e"), std::string::npos) << text;
        EXPECT_EQ(text.find("\n  Document      all"), std::string::npos) << text;
    }
    // A path that was escaped already stays as it is.
    VerifyReport other;
    Findings(other, "").say("document.unreadable", "of a\\x1bb", {});
    EXPECT_NE(show_report(other, Reader::plain).find("a\\x1bb"), std::string::npos);
}

}  // namespace
}  // namespace exhibit::prove
