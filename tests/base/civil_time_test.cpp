// Times as cameras write them: what is not known stays unknown, and each value has one text.
#include "base/civil_time.hpp"

#include "support/shared.hpp"

namespace exhibit {
namespace {

TEST(CivilTime, one_text_per_value) {
    for (auto const* text :
         {"2020-10-12T08:41:07", "2020-10-12T02:41:07Z", "2020-10-12T08:41:07+06:00",
          "1999-12-31T23:59:59.999-11:30", "2024-02-29T00:00:00+14:00", "1904-01-01T00:00:00Z"}) {
        auto const time = parse_civil_time(text);
        ASSERT_OK(time);
        EXPECT_EQ(write_civil_time(*time), text);
    }
    for (auto const* text :
         {"", "2020-10-12", "2020-10-12T08:41:07+0600", "2020-10-12 08:41:07Z",
          "2020-10-12T08:41:07.1Z", "2020-10-12T08:41:07.000Z", "2023-02-29T00:00:00Z",
          "2020-13-01T00:00:00Z", "2020-10-12T24:00:00Z", "2020-10-12T08:41:07+19:00",
          "2020-10-12T08:41:07Zx", "1899-01-01T00:00:00Z", "2020-10-12T08:41:60Z"})
        EXPECT_ERROR_CODE(parse_civil_time(text), "time");
}

TEST(CivilTime, what_cameras_write_is_read) {
    struct {
        char const* text;
        char const* means;
    } const table[] = {{"2020-10-12T08:41:07+0600", "2020-10-12T08:41:07+06:00"},
                       {"2020-10-12 08:41:07.5+06:00", "2020-10-12T08:41:07.500+06:00"},
                       {"2020-10-12T02:41:07.123456Z", "2020-10-12T02:41:07.123Z"},
                       {"2020-10-12T08:41:07", "2020-10-12T08:41:07"},
                       {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"}};
    for (auto const& one : table) {
        auto const time = read_camera_time(one.text);
        ASSERT_OK(time);
        EXPECT_EQ(write_civil_time(*time), one.means);
    }
}

TEST(CivilTime, a_moment_only_where_the_zone_is_known) {
    EXPECT_FALSE(parse_civil_time("2020-10-12T08:41:07")->since_epoch_ms());
    EXPECT_EQ(parse_civil_time("2020-10-12T08:41:07+06:00")->since_epoch_ms(),
              parse_civil_time("2020-10-12T02:41:07Z")->since_epoch_ms());
    // Across the date line: another day, the same moment.
    EXPECT_EQ(parse_civil_time("2020-01-01T10:00:00+14:00")->since_epoch_ms(),
              parse_civil_time("2019-12-31T08:00:00-12:00")->since_epoch_ms());
    EXPECT_EQ(show_civil_time(*parse_civil_time("2020-10-12T08:41:07")),
              "2020-10-12 08:41 (zone unknown)");
    EXPECT_EQ(show_civil_time(*parse_civil_time("2020-10-12T08:41:07-03:30")),
              "2020-10-12 08:41 -03:30");
    EXPECT_EQ(write_civil_day(*parse_civil_time("2020-10-12T23:41:07-03:30")), "2020-10-12");
}

TEST(CivilTime, offsets) {
    EXPECT_EQ(parse_offset("+0530"), 330);
    EXPECT_EQ(parse_offset("-09:30"), -570);
    EXPECT_EQ(parse_offset("Z"), 0);
    for (auto const* text : {"", "+", "+5", "+05", "05:30", "+05:3", "+05:60", "+99:00", "+05:300"})
        EXPECT_FALSE(parse_offset(text)) << text;
}

}  // namespace
}  // namespace exhibit
