// The camera's word: every source under its own name, disagreements shown, facts coarse and exact
// apart.
#include "case/capture.hpp"

#include "case/statement.hpp"
#include "support/recordings.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

using namespace test;
using In = TiffMaker::In;

Capture read(Bytes const& file) { return read_capture(MemorySource(file)); }

std::string sources(Capture const& capture) {
    std::string out;
    for (auto const& one : capture.readings) {
        out += one.source + (one.time ? " " + write_civil_time(*one.time) : "") +
               (one.place ? " " + iso6709::write_place(*one.place) : "") + "\n";
    }
    return out;
}

TiffMaker photo() {
    TiffMaker tiff(true);
    tiff.text(In::first, 0x010f, "Maker").text(In::first, 0x0110, "Maker One");
    tiff.text(In::exif, 0x9003, "2020:10:12 08:41:07").text(In::exif, 0x9011, "+06:00");
    tiff.place(43, 49, 1200, 'N', 87, 36, 3600, 'E');
    tiff.text(In::gps, 0x1d, "2020:10:12").rationals(In::gps, 7, {{2, 1}, {41, 1}, {5, 1}});
    return tiff;
}

TEST(Capture, a_photo_in_three_containers) {
    auto const tiff = photo().make();
    auto const expected =
        "exif 2020-10-12T08:41:07+06:00\nexif-gps 2020-10-12T02:41:05Z +43.82+087.61/\n";
    EXPECT_EQ(sources(read(tiny_jpeg(tiff))), expected);
    EXPECT_EQ(sources(read(heic_with_exif(tiff, false))), expected);
    EXPECT_EQ(sources(read(heic_with_exif(tiff, true))), expected);
    auto const shown = show_capture(facts_of(read(tiny_jpeg(tiff))));
    EXPECT_EQ(shown,
              "filmed 2020-10-12 08:41 +06:00 (camera), 43.82 N 87.61 E (the camera's GPS), Maker "
              "One");
}

TEST(Capture, a_movie_with_everything_at_its_end) {
    auto const none = gps5_payload(0, 0, 0, "201012024100.000");
    auto const fix = gps5_payload(438'201'000, 876'103'000, 3, "201012024107.000");
    auto const file = movie_with_telemetry(
        {none, none, fix},
        joined(
            {movie_header(seconds_1904_to_1970 + 1'602'470'467, 3000),
             box("udta", {user_text("xyz", "+43.8202+087.6104/")}),
             metadata_keys({{"com.apple.quicktime.creationdate", "2020-10-12T08:41:07+0600"}})}));
    auto const capture = read(file);
    EXPECT_EQ(sources(capture),
              "quicktime-keys 2020-10-12T08:41:07+06:00\n"
              "quicktime-user +43.8202+087.6104/\n"
              "gpmf 2020-10-12T02:41:07Z +43.8201+087.6103+812.4/\n"
              "quicktime-header 2020-10-12T02:41:07Z\n");
    EXPECT_TRUE(disagreements(capture.readings, capture.duration).empty());
}

// A camera whose clock is an hour wrong, and one that writes local time where UTC belongs.
TEST(Capture, disagreements_are_shown_not_smoothed) {
    auto tiff = photo();
    tiff.rationals(In::gps, 7, {{3, 1}, {41, 1}, {5, 1}});  // the first entry stands: 02:41
    TiffMaker wrong(true);
    wrong.text(In::exif, 0x9003, "2020:10:12 08:41:07").text(In::exif, 0x9011, "+06:00");
    wrong.text(In::gps, 0x1d, "2020:10:12").rationals(In::gps, 7, {{3, 1}, {41, 1}, {5, 1}});
    auto const capture = read(tiny_jpeg(wrong.make()));
    ASSERT_EQ(disagreements(capture.readings).size(), 1u);
    EXPECT_EQ(disagreements(capture.readings)[0],
              "exif says 2020-10-12 08:41 +06:00, exif-gps 2020-10-12 03:41 UTC: 59 min apart");
    // Both are sealed.
    auto const facts = facts_of(capture);
    ASSERT_EQ(facts.instant.size(), 2u);
    EXPECT_EQ(facts.instant[0].value, "2020-10-12T08:41:07+06:00");
    EXPECT_EQ(facts.instant[1].value, "2020-10-12T03:41:05Z");

    auto const movie = movie_with_telemetry(
        {gps5_payload(-338'568'000, 1'512'153'000, 3, "201012024107.000")},
        joined({movie_header(seconds_1904_to_1970 + 1'602'470'467 + 11 * 3600, 3000),
                box("udta", {user_text("xyz", "+33.8568+151.2153/")})}));
    auto const seen = read(movie);
    auto const differ = disagreements(seen.readings, seen.duration);
    ASSERT_EQ(differ.size(), 2u);
    EXPECT_NE(differ[0].find("33.86 N 151.22 E, gpmf 33.86 S 151.22 E: 75"), std::string::npos)
        << differ[0];
    EXPECT_NE(differ[1].find("11 h apart"), std::string::npos) << differ[1];
}

TEST(Capture, an_unknown_zone_disagrees_only_when_no_zone_could_explain_it) {
    auto const with = [](char const* local, std::uint32_t hour, std::uint32_t minute) {
        TiffMaker tiff(true);
        tiff.text(In::exif, 0x9003, local);
        tiff.text(In::gps, 0x1d, "2020:10:12");
        tiff.rationals(In::gps, 7, {{hour, 1}, {minute, 1}, {0, 1}});
        return disagreements(read(tiny_jpeg(tiff.make())).readings).size();
    };
    EXPECT_EQ(with("2020:10:12 08:41:07", 2, 41), 0u);   // some +06:00
    EXPECT_EQ(with("2020:10:12 08:26:07", 2, 41), 0u);   // +05:45
    EXPECT_EQ(with("2020:10:12 08:33:07", 2, 41), 1u);   // no zone is off by 7 minutes
    EXPECT_EQ(with("2020:10:13 20:41:00", 2, 41), 1u);   // no zone is 42 h ahead
    EXPECT_EQ(with("2020:10:11 22:41:00", 10, 41), 0u);  // −12:00
}

TEST(Capture, what_is_no_recording_says_nothing) {
    for (auto const* text : {"", "x", "first exhibit", "<html>"}) {
        auto const capture = read(to_bytes(std::string_view(text)));
        EXPECT_TRUE(capture.readings.empty());
    }
    EXPECT_EQ(show_capture({}), "no time, no place");
}

TEST(Capture, of_a_pipe_what_was_kept_is_read) {
    auto const file = tiny_jpeg(photo().make());
    EXPECT_EQ(read_capture(BeginningSource(file, file.size() + 1'000'000)).readings.size(), 2u);
    // The movie box of this one was never seen: that is no fault, and is told.
    auto const movie = movie_with_telemetry({Bytes(4096)}, movie_header(1, 1));
    auto const capture = read_capture(BeginningSource(ByteView(movie).first(64), movie.size()));
    EXPECT_TRUE(capture.readings.empty());
    ASSERT_EQ(capture.troubles.size(), 1u);
    EXPECT_NE(capture.troubles[0].find("only the beginning was kept"), std::string::npos);
}

TEST(CaptureFacts, are_sealed_coarse_and_exact_apart) {
    SealFacts facts;
    facts.name = "a.jpg";
    facts.captured = facts_of(read(tiny_jpeg(photo().make())));
    SystemRandom random;
    auto const disclosures = make_disclosures(facts, random);
    ASSERT_OK(disclosures);
    EXPECT_LE(disclosures->size(), statement_digests - 8) << "too few decoys are left";
    auto const value = [&](std::string const& name) {
        auto const at = std::ranges::find(*disclosures, name, &Disclosure::name);
        return at == disclosures->end() ? Json() : at->value;
    };
    EXPECT_EQ(value("captured_year")[0]["value"], "2020");
    EXPECT_EQ(value("captured_day")[0]["value"], "2020-10-12");
    EXPECT_EQ(value("captured_instant")[1]["source"], "exif-gps");
    EXPECT_EQ(value("captured_10km")[0]["value"], "+43.8+087.6/");
    EXPECT_EQ(value("captured_100km")[0]["value"], "+43+087/");
    EXPECT_EQ(value("captured_point")[0]["value"], "+43.82+087.61/");
    EXPECT_EQ(value("captured_with")["model"], "Maker One");
    auto const back = read_facts(*disclosures);
    ASSERT_OK(back);
    EXPECT_EQ(back->captured, facts.captured);
    EXPECT_EQ(readings_of(back->captured), read(tiny_jpeg(photo().make())).readings);
}

TEST(CaptureFacts, coarse_facts_alone_tell_no_more_than_they_say) {
    CaptureFacts facts;
    ASSERT_TRUE(*take_capture_fact(facts, "captured_year",
                                   Json::parse(R"([{"source":"exif","value":"2020"}])")));
    ASSERT_TRUE(*take_capture_fact(
        facts, "captured_10km", Json::parse(R"([{"source":"exif-gps","value":"-00.0-179.9/"}])")));
    EXPECT_TRUE(readings_of(facts).empty());
    EXPECT_EQ(show_capture(facts), "filmed 2020 (camera), about 0.0 S 179.9 W (the camera's GPS)");
    EXPECT_FALSE(*take_capture_fact(facts, "captured_moon", Json::array()));
    EXPECT_ERROR_CODE(take_capture_fact(facts, "captured_day", Json("2020")), "statement");
    EXPECT_FALSE(
        take_capture_fact(facts, "captured_day", Json::parse(R"([{"value":"2020"}])")).ok());
}

TEST(CaptureFacts, coarse_and_exact_that_do_not_belong_together_are_named) {
    auto facts = facts_of(read(tiny_jpeg(photo().make())));
    EXPECT_TRUE(contradictions(facts).empty());
    facts.cell_10km[0].value = "-43.8+087.6/";
    ASSERT_EQ(contradictions(facts).size(), 1u);
    EXPECT_EQ(contradictions(facts)[0], "exif-gps says +43.82+087.61/, and coarsely -43.8+087.6/");
    facts.day[0].value = "2020-10-13";
    EXPECT_EQ(contradictions(facts).size(), 2u);
}

}  // namespace
}  // namespace exhibit
