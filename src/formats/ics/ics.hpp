// ics: a calendar file that reminds a witness to check in. RFC 5545 (iCalendar), written only.
//
// Comes in: reminders, and the time that goes into DTSTAMP (this room has no clock).
// Goes out: one VCALENDAR text, CRLF, folded at 75 octets, that any calendar program imports.
//
// A phone that is searched shows its calendar. Nothing here names Exhibit: the product identifier
// is neutral, and summary, description and UID are the caller's, who must choose words and random
// UIDs that betray nothing.
//
// Not implemented: reading, time zones (all times are UTC), VTODO, attendees, e-mail alarms,
// EXDATE.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace exhibit::ics {

inline constexpr std::size_t reminders_max = 1000;
inline constexpr std::size_t alarms_max = 32;
inline constexpr std::size_t text_bytes_max = 8192;

// Written as the largest unit, SECONDLY to WEEKLY, that divides `every`. Several calendars take
// nothing finer than DAILY: prefer whole days, or a list of single reminders.
struct Repeat {
    Duration every;
    std::optional<unsigned> count;  // none: for ever
};

struct Reminder {
    std::string
        uid;  // printable ASCII; the same UID and a higher sequence replace an earlier import
    unsigned sequence = 0;
    WallTime start;
    WallTime end;  // not before start; whole seconds are written
    std::string summary;
    std::string description;  // may hold newlines; empty leaves it out
    // Each an alarm that long before `start` (whole seconds, not negative).
    std::vector<Duration> alarms_before;
    std::optional<Repeat> repeat;
};

// Codes: "uid", "duplicate", "time", "alarm", "repeat", "text", "limit".
Result<std::string> write_calendar(std::vector<Reminder> const& reminders, WallTime stamp);

}  // namespace exhibit::ics
