// Places as text: the examples of the standard, what cameras write, all four hemispheres, the
// equator, the date line.
#include "formats/iso6709/iso6709.hpp"

#include <random>

#include "support/shared.hpp"

namespace exhibit::iso6709 {
namespace {

TEST(Iso6709, the_forms_of_the_standard) {
    struct {
        char const* text;
        char const* written;
    } const table[] = {
        // Degrees, degrees and minutes, degrees, minutes and seconds (ISO 6709 Annex H).
        {"+40-075CRSWGS_84/", "+40-075/"},
        {"+40.20361-075.00417CRSWGS_84/", "+40.20361-075.00417/"},
        {"+4012-07500/", "+40.2-075/"},
        {"+4012.22-07500.25/", "+40.2036667-075.0041667/"},
        {"+401213-0750015/", "+40.2036111-075.0041667/"},
        {"+401213.1-0750015.1/", "+40.2036389-075.0041944/"},
        {"+27.5916+086.5640+8850/", "+27.5916+086.564+8850/"},
        {"+40.6894-074.0447/", "+40.6894-074.0447/"},
        {"-90+000-2800/", "-90+000-2800/"},
        // Phones leave the solidus out.
        {"+37.4217-122.0839", "+37.4217-122.0839/"},
        {"-15.8355-048.0153+0.004/", "-15.8355-048.0153+0.004/"},
    };
    for (auto const& one : table) {
        auto const place = parse_place(one.text);
        ASSERT_OK(place);
        EXPECT_EQ(write_place(*place), one.written) << one.text;
    }
}

TEST(Iso6709, what_is_nowhere_is_refused) {
    for (auto const* text : {"",
                             "/",
                             "+40",
                             "40.2-075.0/",
                             "+40.2,-075.0/",
                             "+91+000/",
                             "+90.0000001+000/",
                             "-90+180.5/",
                             "+00-181/",
                             "+4060-07500/",
                             "+401260-0750015/",
                             "+40-75/",
                             "+400-075/",
                             "+40.-075/",
                             "+40-075x",
                             "+40-075/x",
                             "+40-075+9999999/",
                             "+40-075+",
                             "+040-075/",
                             "+40.20361-075.00417+1+2/"})
        EXPECT_ERROR_CODE(parse_place(text), "place");
}

TEST(Iso6709, what_is_written_reads_the_same) {
    std::mt19937_64 random(6709);
    for (int i = 0; i < 20'000; ++i) {
        auto place = *place_of(static_cast<std::int64_t>(random() % 1'800'000'001) - 900'000'000,
                               static_cast<std::int64_t>(random() % 3'600'000'001) - 1'800'000'000);
        if (random() % 2 == 0)
            place.altitude_mm = static_cast<std::int32_t>(random() % 200'000'001) - 100'000'000;
        auto const back = parse_place(write_place(place));
        ASSERT_OK(back);
        ASSERT_EQ(*back, place) << write_place(place);
    }
}

TEST(Iso6709, cells_keep_the_side_of_the_equator_and_of_greenwich) {
    EXPECT_EQ(write_cell(*parse_place("+43.8201+087.6103/"), 1), "+43.8+087.6/");
    EXPECT_EQ(write_cell(*parse_place("-43.8901-087.6903/"), 1), "-43.8-087.6/");
    EXPECT_EQ(write_cell(*parse_place("-00.05-000.09/"), 1), "-00.0-000.0/");
    EXPECT_EQ(write_cell(*parse_place("+00.05+000.09/"), 1), "+00.0+000.0/");
    EXPECT_EQ(write_cell(*parse_place("-16.99-179.999/"), 0), "-16-179/");
    EXPECT_EQ(show_cell("-00.0-179.9/"), "0.0 S 179.9 W");
    EXPECT_EQ(show_cell("+43+087/"), "43 N 87 E");
    EXPECT_EQ(show_cell("somewhere"), "somewhere");
}

TEST(Iso6709, people_read_letters) {
    EXPECT_EQ(show_place(*parse_place("+43.8201+087.6103/")), "43.82 N 87.61 E");
    EXPECT_EQ(show_place(*parse_place("-33.8568+151.2153/")), "33.86 S 151.22 E");
    EXPECT_EQ(show_place(*parse_place("-54.8019-068.3030/")), "54.80 S 68.30 W");
    EXPECT_EQ(show_place(*parse_place("+51.4778-000.0014/")), "51.48 N 0.00 W");
}

TEST(Iso6709, distances_across_the_date_line_and_at_the_pole) {
    auto const metres = [](char const* a, char const* b) {
        return metres_between(*parse_place(a), *parse_place(b));
    };
    EXPECT_NEAR(static_cast<double>(metres("-16.5+179.9999/", "-16.5-179.9999/")), 21, 1);
    EXPECT_NEAR(static_cast<double>(metres("+89.9999+000/", "+89.9999+180/")), 22, 1);
    EXPECT_NEAR(static_cast<double>(metres("+48.8566+002.3522/", "+51.5074-000.1278/")), 343'500,
                1000);
    EXPECT_EQ(metres("+10+010/", "+10+010/"), 0);
}

}  // namespace
}  // namespace exhibit::iso6709
