// What a recording says of its own capture: when, where, with what. Each source under its own name,
// because they often disagree, and a disagreement is for a court to weigh, not for us to smooth.
//
// Comes in: the recording (formats: JPEG, HEIC, PNG with Exif; MP4 and MOV with QuickTime metadata
// and GoPro telemetry). Goes out: readings; and the facts about them that a seal holds, coarse and
// exact apart, so that a year can be shown without the second, a district without the house.
//
// The camera's word is a claim: its clock is set by whoever holds it.
#pragma once

#include "base/byte_source.hpp"
#include "base/civil_time.hpp"
#include "formats/iso6709/iso6709.hpp"
#include "formats/json/json.hpp"

namespace exhibit {

// Stable names of sources, in the order in which a reader should look at them:
//   exif              DateTimeOriginal, the camera's clock
//   exif-gps          position and time by the satellites
//   quicktime-keys    com.apple.quicktime.*
//   quicktime-user    ©day, ©xyz
//   quicktime-loci    3GPP loci
//   gpmf              GoPro telemetry: the first point that had a fix
//   quicktime-header  mvhd: UTC by the standard, but many cameras write local time
struct CaptureReading {
    std::string source;
    std::optional<CivilTime> time;
    std::optional<iso6709::Place> place;
    friend bool operator==(CaptureReading const&, CaptureReading const&) = default;
};

struct Capture {
    std::vector<CaptureReading> readings;
    std::string make, model, software;
    std::optional<Duration> duration;  // of a video
    // Fields that are there and make no sense, "exif: DateTimeOriginal is not a time". Never of
    // interest to whoever seals; an expert wants to know.
    std::vector<std::string> troubles;

    CaptureReading const* best_time() const;   // null when nothing says when
    CaptureReading const* best_place() const;  // null when nothing says where
};

// Reads headers, tables and a few samples, never the footage. What is no recording of a known kind
// has no readings. Never fails: what cannot be read becomes a trouble.
Capture read_capture(ByteSource const& recording);

// Where two readings tell different things, in words: "exif says 2020-10-12 08:41 +06:00, exif-gps
// 2020-10-12 03:41 UTC: 60 min apart". Times more than a minute apart (of a video: its length and a
// minute, for some cameras write when they began and some when they ended), places more than 500 m.
// A time whose zone is not known disagrees only when no zone there is could explain it.
std::vector<std::string> disagreements(std::vector<CaptureReading> const& readings,
                                       std::optional<Duration> duration = std::nullopt);

// Facts of a seal statement, by name; each value an array of {source, value}. An empty one is not
// written.
//   captured_instant  "2020-10-12T08:41:07+06:00"
//   captured_day      "2020-10-12"                   captured_year   "2020"
//   captured_point    "+43.8201+087.6103+812.4/"
//   captured_10km     "+43.8+087.6/"                 captured_100km  "+43+087/"
//   captured_with     {make, model, software}
struct Sourced {
    std::string source;
    std::string value;
    friend bool operator==(Sourced const&, Sourced const&) = default;
};
struct CaptureFacts {
    std::vector<Sourced> instant, day, year, point, cell_10km, cell_100km;
    std::string make, model, software;
    bool any_time() const { return !instant.empty() || !day.empty() || !year.empty(); }
    bool any_place() const { return !point.empty() || !cell_10km.empty() || !cell_100km.empty(); }
    friend bool operator==(CaptureFacts const&, CaptureFacts const&) = default;
};
CaptureFacts facts_of(Capture const& capture);
// Name and value of those that are not empty.
std::vector<std::pair<std::string, Json>> write_capture_facts(CaptureFacts const& facts);
// False when no capture fact has that name; code "statement" when its value is not of its form.
Result<bool> take_capture_fact(CaptureFacts& facts, std::string const& name, Json const& value);
// Readings as far as the facts tell them: of coarse facts alone none.
std::vector<CaptureReading> readings_of(CaptureFacts const& facts);
// Coarse and exact facts of one source that do not belong together, in words.
std::vector<std::string> contradictions(CaptureFacts const& facts);

// "camera", "the camera's GPS", "the file's header".
std::string show_source(std::string_view source);
// "filmed 2020-10-12 08:41 +06:00 (camera), 43.82 N 87.61 E (the camera's GPS)", "no time, no
// place".
std::string show_capture(CaptureFacts const& facts);

}  // namespace exhibit
