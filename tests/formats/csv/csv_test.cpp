#include "formats/csv/csv.hpp"

#include <gtest/gtest.h>

namespace exhibit {
namespace {

TEST(Csv, fields_are_quoted_when_they_must_be) {
    EXPECT_EQ(write_csv({"a", "b"}, {{"plain", "with, comma"}, {"say \"hi\"", "two\nlines"}}),
              "a,b\r\nplain,\"with, comma\"\r\n\"say \"\"hi\"\"\",\"two\nlines\"\r\n");
    EXPECT_EQ(write_csv({"a"}, {{""}}), "a\r\n\r\n");
}

TEST(Csv, what_a_spreadsheet_would_run_is_made_text) {
    for (std::string const bad : {"=1+1", "+1", "-1", "@cmd", "\tx", "\rx"}) {
        auto const text = write_csv({"a"}, {{bad}});
        EXPECT_NE(text.find("'" + bad.substr(0, 1)), std::string::npos) << bad;
    }
}

}  // namespace
}  // namespace exhibit
