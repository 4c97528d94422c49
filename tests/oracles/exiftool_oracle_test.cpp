// exiftool against what we read of a camera's word: it writes and we read, and both read the same
// recordings; in all four hemispheres, on the equator, across time zones and the date line.
#include <cmath>
#include <sstream>

#include "case/capture.hpp"
#include "support/recordings.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

using namespace test;

struct Claim {
    double latitude, longitude, altitude;
    char const* local;  // as exiftool takes it
    char const* offset;
    char const* utc_date;
    char const* utc_time;
};
// Places where signs, letters and days go wrong.
constexpr Claim claims[] = {
    {43.8201, 87.6103, 812.4, "2020:10:12 08:41:07", "+06:00", "2020:10:12", "02:41:07"},
    {45.5169, -122.572765, 70.3, "2018:06:08 13:24:10", "-07:00", "2018:06:08", "20:24:10"},
    {-33.8568, 151.2153, 7.5, "2021:01:01 00:30:00", "+11:00", "2020:12:31", "13:30:00"},
    {-54.8019, -68.303, 12, "2022:07:01 23:59:59", "-03:00", "2022:07:02", "02:59:59"},
    {0.000278, 0.000278, 0, "2019:03:31 01:30:00", "+00:00", "2019:03:31", "01:30:00"},
    {-0.05, -0.09, 1, "2019:10:27 02:30:00", "+01:00", "2019:10:27", "01:30:00"},
    {-16.5, 179.9999, 3, "2020:01:01 00:00:01", "+12:00", "2019:12:31", "12:00:01"},
    {-16.5, -179.9999, 3, "2019:12:31 12:00:01", "-12:00", "2020:01:01", "00:00:01"},
    {1.8721, -157.4278, 2, "2020:02:29 23:00:00", "+14:00", "2020:02:29", "09:00:00"},
    {27.7172, 85.324, 1400, "2024:02:29 05:45:00", "+05:45", "2024:02:29", "00:00:00"},
    {47.5615, -52.7126, 5, "2023:11:05 01:30:00", "-03:30", "2023:11:05", "05:00:00"},
    {90, 180, 2835, "1999:12:31 23:59:59", "-09:30", "2000:01:01", "09:29:59"},
};

// One process for all files: it takes a third of a second to start.
Ran exiftool(TemporaryFolder const& folder, std::vector<std::vector<std::string>> const& commands) {
    std::string script;
    for (auto const& command : commands) {
        for (auto const& word : command) script += word + "\n";
        script += "-execute\n";
    }
    auto const file = folder / "commands.txt";
    EXPECT_OK(replace_file(file, script));
    return run({"exiftool", "-@", file.string()});
}

std::string number(double value) {
    char out[64];
    std::snprintf(out, sizeof out, "%.7f", value);
    return out;
}
std::string local_iso(Claim const& claim) {
    std::string text = claim.local;
    text[4] = text[7] = '-';
    text[10] = 'T';
    return text + claim.offset;
}
std::string utc_iso(Claim const& claim) {
    std::string date = claim.utc_date;
    date[4] = date[7] = '-';
    return date + "T" + claim.utc_time + "Z";
}

CaptureReading const* find(Capture const& capture, std::string const& source) {
    auto const at = std::ranges::find(capture.readings, source, &CaptureReading::source);
    return at == capture.readings.end() ? nullptr : &*at;
}

void expect_place(CaptureReading const& reading, Claim const& claim, double tolerance) {
    ASSERT_TRUE(reading.place) << reading.source;
    EXPECT_NEAR(reading.place->latitude / 1e7, claim.latitude, tolerance) << reading.source;
    EXPECT_NEAR(reading.place->longitude / 1e7, claim.longitude, tolerance) << reading.source;
    if (reading.place->altitude_mm) {
        EXPECT_NEAR(*reading.place->altitude_mm / 1e3, claim.altitude, 0.1);
    }
}

TEST(ExiftoolOracle, what_it_writes_into_a_photo_we_read) {
    NEEDS_PROGRAM("exiftool");
    TemporaryFolder folder;
    std::vector<std::vector<std::string>> commands;
    for (std::size_t i = 0; i < std::size(claims); ++i) {
        auto const& c = claims[i];
        auto const file = folder / (std::to_string(i) + ".jpg");
        ASSERT_OK(replace_file(file, tiny_jpeg()));
        commands.push_back({"-overwrite_original", "-n",
                            "-EXIF:GPSLatitude=" + number(std::fabs(c.latitude)),
                            std::string("-EXIF:GPSLatitudeRef=") + (c.latitude < 0 ? "S" : "N"),
                            "-EXIF:GPSLongitude=" + number(std::fabs(c.longitude)),
                            std::string("-EXIF:GPSLongitudeRef=") + (c.longitude < 0 ? "W" : "E"),
                            "-EXIF:GPSAltitude=" + number(c.altitude), "-EXIF:GPSAltitudeRef=0",
                            std::string("-EXIF:DateTimeOriginal=") + c.local,
                            std::string("-EXIF:OffsetTimeOriginal=") + c.offset,
                            std::string("-EXIF:GPSDateStamp=") + c.utc_date,
                            std::string("-EXIF:GPSTimeStamp=") + c.utc_time, "-EXIF:Make=Maker",
                            "-EXIF:Model=One", file.string()});
    }
    auto const ran = exiftool(folder, commands);
    ASSERT_EQ(ran.code, 0) << ran.err;
    for (std::size_t i = 0; i < std::size(claims); ++i) {
        auto const& c = claims[i];
        auto const source = FileSource::open(folder / (std::to_string(i) + ".jpg"));
        auto const capture = read_capture(*source);
        EXPECT_TRUE(capture.troubles.empty()) << capture.troubles.front();
        auto const* camera = find(capture, "exif");
        auto const* satellites = find(capture, "exif-gps");
        ASSERT_TRUE(camera && satellites);
        EXPECT_EQ(write_civil_time(*camera->time), local_iso(c));
        EXPECT_EQ(write_civil_time(*satellites->time), utc_iso(c));
        expect_place(*satellites, c, 2e-7);
        EXPECT_EQ(capture.model, "One");
        // The same moment in another zone is no disagreement.
        auto const differ = disagreements(capture.readings);
        EXPECT_TRUE(differ.empty()) << differ.front();
    }
}

TEST(ExiftoolOracle, what_it_writes_into_a_movie_we_read) {
    NEEDS_PROGRAM("exiftool");
    TemporaryFolder folder;
    std::vector<std::vector<std::string>> commands;
    for (std::size_t i = 0; i < std::size(claims); ++i) {
        auto const& c = claims[i];
        auto const file = folder / (std::to_string(i) + ".mov");
        ASSERT_OK(replace_file(
            file,
            joined({file_type("qt  "), box("mdat", {Bytes(16)}),
                    box("moov", {movie_header(seconds_1904_to_1970 + 1'000'000'000, 1000)})})));
        auto const place =
            number(c.latitude) + " " + number(c.longitude) + " " + number(c.altitude);
        commands.push_back({"-overwrite_original", "-n", "-Keys:GPSCoordinates=" + place,
                            "-UserData:GPSCoordinates=" + place,
                            std::string("-Keys:CreationDate=") + c.local + c.offset, "-api",
                            "QuickTimeUTC=1",
                            std::string("-QuickTime:CreateDate=") + c.local + c.offset,
                            "-Keys:Make=Maker", "-Keys:Model=One", file.string()});
    }
    auto const ran = exiftool(folder, commands);
    ASSERT_EQ(ran.code, 0) << ran.err;
    for (std::size_t i = 0; i < std::size(claims); ++i) {
        auto const& c = claims[i];
        auto const source = FileSource::open(folder / (std::to_string(i) + ".mov"));
        auto const capture = read_capture(*source);
        EXPECT_TRUE(capture.troubles.empty()) << capture.troubles.front();
        auto const* keys = find(capture, "quicktime-keys");
        auto const* user = find(capture, "quicktime-user");
        auto const* header = find(capture, "quicktime-header");
        ASSERT_TRUE(keys && user && header) << i;
        EXPECT_EQ(write_civil_time(*keys->time), local_iso(c));
        EXPECT_EQ(write_civil_time(*header->time), utc_iso(c));
        // exiftool writes four to six decimals.
        expect_place(*keys, c, 1e-4);
        expect_place(*user, c, 1e-4);
        EXPECT_EQ(capture.make + capture.model, "MakerOne");
        auto const differ = disagreements(capture.readings);
        EXPECT_TRUE(differ.empty()) << differ.front();
    }
}

// What exiftool reads of a file, as one object; numbers as numbers.
Json read_by_exiftool(Path const& file, std::vector<std::string> options) {
    std::vector<std::string> command{"exiftool", "-n", "-j", "-api", "LargeFileSupport=1"};
    command.insert(command.end(), options.begin(), options.end());
    command.push_back(file.string());
    auto const ran = run(command);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return Json::parse(ran.out).at(0);
}

TEST(ExiftoolOracle, it_reads_our_heic_and_our_telemetry_as_we_do) {
    NEEDS_PROGRAM("exiftool");
    TemporaryFolder folder;
    // Exif inside of `idat` it cannot read.
    TiffMaker tiff(false);
    tiff.text(TiffMaker::In::exif, 0x9003, "2020:10:12 08:41:07");
    tiff.place(33, 51, 2448, 'S', 151, 12, 5508, 'E');
    auto const picture = folder / "a.heic";
    ASSERT_OK(replace_file(picture, heic_with_exif(tiff.make(), false)));
    auto const still = read_capture(*FileSource::open(picture));
    auto const told = read_by_exiftool(picture, {});
    ASSERT_TRUE(find(still, "exif-gps") && find(still, "exif"));
    auto const& place = *find(still, "exif-gps")->place;
    EXPECT_NEAR(place.latitude / 1e7, told.at("GPSLatitude").get<double>(), 2e-7);
    EXPECT_NEAR(place.longitude / 1e7, told.at("GPSLongitude").get<double>(), 2e-7);
    EXPECT_EQ(told.at("DateTimeOriginal"), "2020:10:12 08:41:07");

    auto const movie = folder / "a.mp4";
    ASSERT_OK(replace_file(movie, movie_with_telemetry({gps5_payload(-548'019'000, -683'030'000, 3,
                                                                     "201012024107.250")},
                                                       movie_header(0, 1000))));
    auto const source = FileSource::open(movie);
    auto const capture = read_capture(*source);
    auto const seen = read_by_exiftool(movie, {"-ee"});
    ASSERT_TRUE(find(capture, "gpmf"));
    EXPECT_NEAR(find(capture, "gpmf")->place->latitude / 1e7, seen.at("GPSLatitude").get<double>(),
                2e-7);
    EXPECT_NEAR(find(capture, "gpmf")->place->longitude / 1e7,
                seen.at("GPSLongitude").get<double>(), 2e-7);
}

// All that exiftool finds under a tag, also in every sample of a track, one a line.
std::vector<std::string> all_of_tag(Path const& file, std::string const& tag) {
    auto const ran = run({"exiftool", "-n", "-ee", "-a", "-s3", "-" + tag, file.string()});
    std::istringstream lines(ran.out);
    std::vector<std::string> out;
    for (std::string line; std::getline(lines, line);) out.push_back(line);
    return out;
}

bool has_near(std::vector<std::string> const& list, double value, double tolerance) {
    return std::ranges::any_of(list, [&](std::string const& text) {
        // Without its letter (GPSLatitudeRef) the number has no sign.
        auto const number = std::strtod(text.c_str(), nullptr);
        return std::fabs(std::fabs(number) - std::fabs(value)) <= tolerance;
    });
}

TEST(ExiftoolOracle, real_recordings_say_the_same_to_both) {
    NEEDS_PROGRAM("exiftool");
    NEEDS_SHARED("footage");
    std::size_t places = 0, times = 0;
    for (auto const* below :
         {"photo/berlin-01.jpg", "photo/lund-01.jpg", "photo/sony-street.jpg",
          "photo/thompson-springs.jpg", "video/gopro-max-street.mp4", "video/gopro-karma-coast.mp4",
          "video/intel-cars.mp4", "video/mdn-flower.mp4"}) {
        auto const file = shared_path(std::string("footage/") + below);
        auto const source = FileSource::open(file);
        auto const capture = read_capture(*source);
        for (auto const* name : {"exif-gps", "gpmf"}) {
            auto const* reading = find(capture, name);
            if (reading == nullptr || !reading->place) continue;
            ++places;
            // Of the drone exiftool tells the fused position, we the receiver's.
            auto const tolerance =
                std::string_view(below).find("karma") == std::string_view::npos ? 2e-7 : 5e-5;
            EXPECT_TRUE(has_near(all_of_tag(file, "GPSLatitude"), reading->place->latitude / 1e7,
                                 tolerance))
                << below;
            EXPECT_TRUE(has_near(all_of_tag(file, "GPSLongitude"), reading->place->longitude / 1e7,
                                 tolerance))
                << below;
        }
        auto const same_time = [&](char const* source_name, char const* tag) {
            auto const* reading = find(capture, source_name);
            if (reading == nullptr || !reading->time) return;
            ++times;
            auto ours = write_civil_time(*reading->time).substr(0, 19);
            ours[4] = ours[7] = ':';
            ours[10] = ' ';
            auto const theirs = all_of_tag(file, tag);
            ASSERT_FALSE(theirs.empty()) << below << " " << tag;
            EXPECT_EQ(ours, theirs.front().substr(0, 19)) << below;
        };
        same_time("exif", "EXIF:DateTimeOriginal");
        same_time("quicktime-header", "QuickTime:CreateDate");
        same_time("gpmf", "GoPro:GPSDateTime");
    }
    EXPECT_GE(places, 6u);
    EXPECT_GE(times, 6u);
}

}  // namespace
}  // namespace exhibit
