#include "base/time.hpp"

#include "support/shared.hpp"

namespace exhibit::test {
namespace {

TEST(Time, writes_utc_with_three_decimals) {
    EXPECT_EQ(write_time(WallTime::from_ms(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(write_time(WallTime::from_ms(951'782'400'001)), "2000-02-29T00:00:00.001Z");
    EXPECT_EQ(write_time(WallTime::from_ms(253'402'300'799'999)), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(show_time(WallTime::from_ms(951'782'399'999)), "2000-02-28 23:59 UTC");
}

TEST(Time, out_of_range_is_clamped_for_writing) {
    EXPECT_EQ(write_time(WallTime::from_ms(-1)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(write_time(WallTime::from_ms(INT64_MAX)), "9999-12-31T23:59:59.999Z");
}

TEST(Time, every_written_time_is_read_back) {
    for (std::int64_t ms = 0; ms < 253'402'300'800'000; ms += 86'399'999 * 7919LL) {
        auto const time = WallTime::from_ms(ms);
        ASSERT_EQ(*parse_time(write_time(time)), time);
    }
}

TEST(Time, has_one_text_per_value) {
    for (auto bad : {"",
                     "2026-11-22T21:10:00Z",
                     "2026-11-22T21:10:00.00Z",
                     "2026-11-22T21:10:00.0000Z",
                     "2026-11-22 21:10:00.000Z",
                     "2026-11-22t21:10:00.000z",
                     "2026-11-22T21:10:00,000Z",
                     "2026-11-22T21:10:00.000+",
                     "2026/11/22T21:10:00.000Z",
                     "2026-02-29T00:00:00.000Z",
                     "2026-13-01T00:00:00.000Z",
                     "2026-00-01T00:00:00.000Z",
                     "2026-01-00T00:00:00.000Z",
                     "2026-04-31T00:00:00.000Z",
                     "2026-01-01T24:00:00.000Z",
                     "2026-01-01T00:60:00.000Z",
                     "2026-12-31T23:59:60.000Z",
                     "1969-12-31T23:59:59.999Z",
                     "+026-01-01T00:00:00.000Z",
                     "2026-11-22T2 :10:00.000Z",
                     "2026-11-22T21:10:00.-01Z"}) {
        EXPECT_ERROR_CODE(parse_time(bad), "time");
    }
}

TEST(Duration, is_read_as_people_type_it) {
    EXPECT_EQ(*parse_duration("72h"), Duration::hours(72));
    EXPECT_EQ(*parse_duration("2d"), Duration::days(2));
    EXPECT_EQ(*parse_duration("30m"), Duration::minutes(30));
    EXPECT_EQ(*parse_duration("30min"), Duration::minutes(30));
    EXPECT_EQ(*parse_duration("20s"), Duration::seconds(20));
    EXPECT_EQ(*parse_duration("500ms"), Duration::ms(500));
    EXPECT_EQ(*parse_duration("3650d"), Duration::days(3650));
    for (auto bad :
         {"", "72", "h", "0s", "-1h", "+1h", "1.5h", "1 h", " 1h", "1h ", "1H", "1w", "1h30m",
          "3651d", "9999999999999999999s", "18446744073709551617s", "10000000000d"}) {
        EXPECT_ERROR_CODE(parse_duration(bad), "duration");
    }
}

TEST(Duration, is_shown_as_people_say_it) {
    EXPECT_EQ(show_duration(Duration::ms(150)), "150 ms");
    EXPECT_EQ(show_duration(Duration::seconds(8)), "8 s");
    EXPECT_EQ(show_duration(Duration::minutes(12)), "12 min");
    EXPECT_EQ(show_duration(Duration::hours(61)), "61 h");
    EXPECT_EQ(show_duration(Duration::hours(100)), "4 d 4 h");
    EXPECT_EQ(show_duration(Duration::days(10)), "10 d");
    EXPECT_EQ(show_duration(Duration::ms(-5)), "0 ms");
}

}  // namespace
}  // namespace exhibit::test
