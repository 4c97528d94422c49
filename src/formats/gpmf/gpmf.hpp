// gpmf: the telemetry of GoPro cameras, of which position and time are read.
//
// Comes in: one payload of the metadata track (a sample of format `gpmd`). Goes out: the points of
// its GPS streams, each with its fix, and the time that the satellites gave.
//
// Spec: GoPro GPMF (github.com/gopro/gpmf-parser, README): an item is a key of four letters, a
// type, the size of a structure, how many of them follow, and those, padded to four bytes; type 0
// holds items. DEVC holds STRM, each with its SCAL before its data. Read are GPS5 (latitude,
// longitude, height, two speeds) with GPSU (UTC) and GPSF (0 none, 2 two-dimensional, 3 three), and
// GPS9 of newer cameras, where every point has its own time and fix, and GPRI of the Karma drone.
// Other streams are passed over.
//
// Limits: 4 MiB, 65 536 items, depth 8, 4096 points. Code "gpmf". Not implemented: writing; type
// `?` (structures that TYPE describes) except of GPS9 and GPRI, whose layouts are known.
#pragma once

#include "base/bytes.hpp"
#include "base/civil_time.hpp"
#include "formats/iso6709/iso6709.hpp"

namespace exhibit::gpmf {

inline constexpr std::size_t payload_bytes_max = 4 << 20;
inline constexpr std::size_t items_max = 65536;
inline constexpr unsigned depth_max = 8;
inline constexpr std::size_t points_max = 4096;

struct Point {
    iso6709::Place place;
    unsigned fix = 0;               // 2 or 3: the receiver knew where it was
    std::optional<CivilTime> time;  // UTC: of the point (GPS9), or of the payload (GPSU)
};

struct Telemetry {
    std::string device;  // DVNM, "Hero7 Black"
    std::vector<Point> points;
    // The first that the receiver was sure of.
    Point const* first_with_fix() const;
};

Result<Telemetry> parse_payload(ByteView payload);

}  // namespace exhibit::gpmf
