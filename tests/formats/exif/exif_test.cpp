// Exif made by hand in both byte orders, with what cameras get wrong; and photos of real cameras.
#include "formats/exif/exif.hpp"

#include "support/recordings.hpp"
#include "support/shared.hpp"

namespace exhibit::exif {
namespace {

using test::TiffMaker;
using In = TiffMaker::In;

TiffMaker whole(bool little) {
    TiffMaker tiff(little);
    tiff.text(In::first, 0x010f, "Camera Works").text(In::first, 0x0110, "One");
    tiff.text(In::exif, 0x9003, "2020:10:12 08:41:07").text(In::exif, 0x9011, "+06:00");
    tiff.text(In::exif, 0x9291, "25");
    tiff.place(43, 49, 1200, 'N', 87, 36, 3708, 'E');
    tiff.byte(In::gps, 5, 0).rationals(In::gps, 6, {{8124, 10}});
    tiff.rationals(In::gps, 7, {{2, 1}, {41, 1}, {705, 100}});
    tiff.text(In::gps, 9, "A").text(In::gps, 0x1d, "2020:10:12");
    tiff.rationals(In::gps, 0x1f, {{45, 10}});
    return tiff;
}

TEST(Exif, both_byte_orders_say_the_same) {
    for (bool const little : {false, true}) {
        auto const exif = parse_exif(whole(little).make());
        ASSERT_OK(exif);
        EXPECT_EQ(write_civil_time(*exif->taken), "2020-10-12T08:41:07.250+06:00");
        EXPECT_EQ(write_civil_time(*exif->satellite_time), "2020-10-12T02:41:07.050Z");
        EXPECT_EQ(iso6709::write_place(*exif->place), "+43.82+087.6103+812.4/");
        EXPECT_EQ(exif->uncertainty_mm, 4500);
        EXPECT_EQ(exif->make + "/" + exif->model, "Camera Works/One");
        EXPECT_TRUE(exif->troubles.empty());
    }
}

TEST(Exif, all_four_hemispheres) {
    struct {
        char north, east;
        char const* written;
    } const table[] = {{'N', 'E', "+43.82+087.61/"},
                       {'N', 'W', "+43.82-087.61/"},
                       {'S', 'E', "-43.82+087.61/"},
                       {'S', 'W', "-43.82-087.61/"}};
    for (auto const& one : table) {
        TiffMaker tiff(true);
        tiff.place(43, 49, 1200, one.north, 87, 36, 3600, one.east);
        EXPECT_EQ(iso6709::write_place(*parse_exif(tiff.make())->place), one.written);
    }
}

// Each of these fields is there and makes no sense; the others still count.
TEST(Exif, one_bad_field_never_hides_the_others) {
    struct {
        char const* name;
        std::function<void(TiffMaker&)> make;
        char const* trouble;
    } const table[] = {
        {"no letter",
         [](TiffMaker& t) {
             t.rationals(In::gps, 2, {{43, 1}, {49, 1}, {12, 1}});
             t.text(In::gps, 3, "E").rationals(In::gps, 4, {{87, 1}, {36, 1}, {0, 1}});
         },
         "GPSLatitudeRef"},
        {"letter of nowhere", [](TiffMaker& t) { t.place(1, 0, 0, 'X', 1, 0, 0, 'E'); },
         "GPSLatitudeRef"},
        {"minutes past sixty", [](TiffMaker& t) { t.place(1, 61, 0, 'N', 1, 0, 0, 'E'); },
         "not an angle"},
        {"past the pole", [](TiffMaker& t) { t.place(90, 1, 0, 'N', 1, 0, 0, 'E'); },
         "not on the Earth"},
        {"past the date line", [](TiffMaker& t) { t.place(9, 1, 0, 'N', 180, 0, 100, 'E'); },
         "not on the Earth"},
        {"no fix", [](TiffMaker& t) { t.place(1, 0, 0, 'N', 1, 0, 0, 'E').text(In::gps, 9, "V"); },
         "no fix"},
        {"zero denominator",
         [](TiffMaker& t) {
             t.text(In::gps, 1, "N").rationals(In::gps, 2, {{43, 0}, {0, 1}, {0, 1}});
             t.text(In::gps, 3, "E").rationals(In::gps, 4, {{87, 1}, {36, 1}, {0, 1}});
         },
         "not an angle"},
        {"no such day", [](TiffMaker& t) { t.text(In::exif, 0x9003, "2021:02:29 08:41:07"); },
         "DateTimeOriginal"},
        {"no such zone",
         [](TiffMaker& t) {
             t.text(In::exif, 0x9003, "2021:02:28 08:41:07").text(In::exif, 0x9011, "+0x:00");
         },
         "OffsetTimeOriginal"},
        {"no such hour",
         [](TiffMaker& t) {
             t.text(In::gps, 0x1d, "2020:10:12").rationals(In::gps, 7, {{25, 1}, {0, 1}, {0, 1}});
         },
         "GPSTimeStamp"},
    };
    for (auto const& one : table) {
        TiffMaker tiff(false);
        tiff.text(In::first, 0x010f, "Camera Works");
        one.make(tiff);
        auto const exif = parse_exif(tiff.make());
        ASSERT_OK(exif);
        ASSERT_EQ(exif->troubles.size(), 1u) << one.name;
        EXPECT_NE(exif->troubles[0].find(one.trouble), std::string::npos) << exif->troubles[0];
        EXPECT_FALSE(exif->place) << one.name;
        EXPECT_EQ(exif->make, "Camera Works");
    }
}

TEST(Exif, a_clock_that_was_never_set_says_nothing) {
    for (auto const* text : {"0000:00:00 00:00:00", "    :  :     :  :  ", ""}) {
        TiffMaker tiff(true);
        tiff.text(In::exif, 0x9003, text);
        auto const exif = parse_exif(tiff.make());
        EXPECT_FALSE(exif->taken);
        EXPECT_TRUE(exif->troubles.empty());
    }
    TiffMaker blank_zone(true);
    blank_zone.text(In::exif, 0x9003, "2020:10:12 08:41:07").text(In::exif, 0x9011, "   :  ");
    EXPECT_EQ(write_civil_time(*parse_exif(blank_zone.make())->taken), "2020-10-12T08:41:07");
}

TEST(Exif, what_lies_outside_or_in_a_loop_ends) {
    auto const good = whole(true).make();
    // Cut anywhere: no crash, and what is still whole is still read or refused.
    for (std::size_t size = 0; size < good.size(); ++size)
        (void)parse_exif(ByteView(good).first(size));
    // A directory that points at itself.
    Bytes loop = {'I', 'I', 42, 0, 8, 0, 0, 0, 2, 0};
    for (std::uint16_t const tag : {0x8769, 0x8825}) {
        append(loop, Bytes{static_cast<Byte>(tag), static_cast<Byte>(tag >> 8), 4, 0, 1, 0, 0, 0, 8,
                           0, 0, 0});
    }
    append(loop, Bytes(4));
    EXPECT_OK(parse_exif(loop));
    EXPECT_ERROR_CODE(parse_exif(Bytes{'I', 'I', 42, 0, 0xff, 0xff, 0xff, 0xff}), "exif");
    EXPECT_ERROR_CODE(parse_exif(to_bytes(std::string_view("XX*\0\0\0\0\0", 8))), "exif");
    EXPECT_ERROR_CODE(parse_exif(Bytes(exif::tiff_bytes_max + 1)), "exif");
    Bytes many = {'M', 'M', 0, 42, 0, 0, 0, 8, 0xff, 0xff};
    many.resize(900'000);
    EXPECT_ERROR_CODE(parse_exif(many), "exif");
}

TEST(Exif, only_exif_is_taken_from_app1) {
    EXPECT_TRUE(tiff_in_app1(to_bytes(std::string_view("Exif\0\0II", 8))));
    EXPECT_FALSE(tiff_in_app1(to_bytes(std::string_view("http://ns.adobe.com/xap/1.0/\0", 29))));
    EXPECT_FALSE(tiff_in_app1({}));
}

}  // namespace
}  // namespace exhibit::exif
