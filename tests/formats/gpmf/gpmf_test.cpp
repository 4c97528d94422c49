// Telemetry made by hand: GPS5 and GPS9, with and without a fix; nesting and lengths that lie.
#include "formats/gpmf/gpmf.hpp"

#include "support/recordings.hpp"
#include "support/shared.hpp"

namespace exhibit::gpmf {
namespace {

using namespace test;

TEST(Gpmf, a_point_of_gps5_in_all_four_hemispheres) {
    for (auto const& [latitude, longitude, shown] :
         {std::tuple{438'201'000, 876'103'000, "43.82 N 87.61 E"},
          std::tuple{438'201'000, -876'103'000, "43.82 N 87.61 W"},
          std::tuple{-438'201'000, 876'103'000, "43.82 S 87.61 E"},
          std::tuple{-438'201'000, -876'103'000, "43.82 S 87.61 W"}}) {
        auto const it = parse_payload(gps5_payload(latitude, longitude, 3, "201012024107.250"));
        ASSERT_OK(it);
        auto const* point = it->first_with_fix();
        ASSERT_NE(point, nullptr);
        EXPECT_EQ(iso6709::show_place(point->place), shown);
        EXPECT_EQ(point->place.altitude_mm, 812'400);
        EXPECT_EQ(write_civil_time(*point->time), "2020-10-12T02:41:07.250Z");
        EXPECT_EQ(it->device, "Camera");
    }
}

TEST(Gpmf, without_a_fix_there_is_no_place) {
    auto const it = parse_payload(gps5_payload(438'201'000, 876'103'000, 0, "201012024107.250"));
    ASSERT_OK(it);
    EXPECT_EQ(it->points.size(), 1u);
    EXPECT_EQ(it->first_with_fix(), nullptr);
}

TEST(Gpmf, a_point_of_gps9_has_its_own_time) {
    auto const i32 = [](std::int64_t value) { return u32(static_cast<std::uint32_t>(value)); };
    auto const scale = joined({u32(10'000'000), u32(10'000'000), u32(1000), u32(1000), u32(100),
                               u32(1), u32(1000), u32(100), u32(1)});
    // 7590 days after 2000-01-01 is 2020-10-12.
    auto const point = joined({i32(-548'019'000), i32(-683'030'000), i32(5000), u32(0), u32(0),
                               u32(7590), u32(9'667'500), u16(210), u16(3)});
    auto const stream =
        joined({gpmf_item("SCAL", 'l', 4, 9, scale),
                gpmf_item("TYPE", 'c', 1, 9, to_bytes(std::string_view("lllllllSS"))),
                gpmf_item("GPS9", '?', 32, 1, point)});
    auto const it = parse_payload(gpmf_nest("DEVC", gpmf_nest("STRM", stream)));
    ASSERT_OK(it);
    auto const* found = it->first_with_fix();
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(iso6709::show_place(found->place), "54.80 S 68.30 W");
    EXPECT_EQ(write_civil_time(*found->time), "2020-10-12T02:41:07.500Z");
}

TEST(Gpmf, lengths_and_nesting_that_lie) {
    auto const good = gps5_payload(438'201'000, 876'103'000, 3, "201012024107.250");
    for (std::size_t size = 0; size < good.size(); ++size)
        (void)parse_payload(ByteView(good).first(size));
    EXPECT_ERROR_CODE(parse_payload(ByteView(good).first(good.size() - 1)), "truncated");
    auto deep = good;
    for (int i = 0; i < 12; ++i) deep = gpmf_nest("DEVC", deep);
    EXPECT_ERROR_CODE(parse_payload(deep), "gpmf");
    // A scale of zero, a time of letters, a place that is nowhere: left out, not believed.
    auto const bad =
        joined({gpmf_item("SCAL", 's', 2, 1, u16(0)), gpmf_item("GPSU", 'U', 16, 1, Bytes(16, 'x')),
                gpmf_item("GPS5", 'l', 20, 1, Bytes(20, 0x7f))});
    auto const it = parse_payload(gpmf_nest("DEVC", gpmf_nest("STRM", bad)));
    ASSERT_OK(it);
    EXPECT_TRUE(it->points.empty());
}

}  // namespace
}  // namespace exhibit::gpmf
