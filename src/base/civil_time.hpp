// Times as cameras write them: a date and a time of day, with the zone, in UTC, or with nothing
// that says where the clock stood. What is not known stays unknown: no zone is ever guessed.
#pragma once

#include "base/time.hpp"

namespace exhibit {

struct CivilTime {
    enum class Zone {
        unknown,  // "2020-10-12T08:41:07"        whatever the clock of the camera was set to
        utc,      // "2020-10-12T02:41:07Z"       UTC; the local time is not known
        offset,   // "2020-10-12T08:41:07+06:00"  local time, and how far it was from UTC
    };
    std::int64_t ms = 0;  // of the date and time as written, counted as if it were UTC
    Zone zone = Zone::unknown;
    int offset_minutes = 0;  // east of Greenwich is positive

    // None for a day or an hour that does not exist. Years 1900 to 9999; a leap second is taken as
    // the second after.
    static std::optional<CivilTime> of(int year, int month, int day, int hour, int minute,
                                       int second, int milli = 0);
    static CivilTime utc(WallTime time);
    CivilTime with_offset(int minutes) const;
    // The moment, unless the zone is not known.
    std::optional<std::int64_t> since_epoch_ms() const;
    int year() const;
    friend bool operator==(CivilTime const&, CivilTime const&) = default;
};
inline constexpr int offset_minutes_max = 18 * 60;  // more than any zone there ever was

// RFC 3339, and ISO 8601 where the zone is not known. Three decimals only when they are not zero.
// One text per value.
std::string write_civil_time(CivilTime const& time);
Result<CivilTime> parse_civil_time(std::string_view text);  // code "time"
// What cameras write in its place: any fraction, "+0600", a blank for the T. Code "time".
Result<CivilTime> read_camera_time(std::string_view text);
std::string write_civil_day(CivilTime const& time);  // "2020-10-12", as written there
// For people: "2020-10-12 08:41 +06:00", "2020-10-12 02:41 UTC", "2020-10-12 08:41 (zone unknown)".
std::string show_civil_time(CivilTime const& time);
// "+06:00" in minutes; also "+0600" and "Z". None for anything else.
std::optional<int> parse_offset(std::string_view text);

}  // namespace exhibit
