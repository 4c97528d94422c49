#include "formats/ics/ics.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"

namespace exhibit::ics {
namespace {

// RFC 5545 §3.1: "Lines of text SHOULD NOT be longer than 75 octets, excluding the line break."
constexpr std::size_t line_octets_max = 75;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// One content line, folded: CRLF and a blank, never inside a UTF-8 character.
void add_line(std::string& out, std::string_view line) {
    std::size_t room = line_octets_max;
    while (line.size() > room) {
        std::size_t cut = room;
        while (cut > 0 && is_continuation(line[cut])) --cut;
        VERIFY(cut > 0);  // the text was checked to be UTF-8
        out.append(line.substr(0, cut)).append("\r\n ");
        line.remove_prefix(cut);
        room = line_octets_max - 1;  // the blank counts
    }
    out.append(line).append("\r\n");
}

// §3.3.11: backslash, semicolon, comma and newline.
std::string escape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;  // the '\n' follows
        if (c == '\r' || c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == ';' || c == ',') out += '\\';
        out += c;
    }
    return out;
}

Outcome check_text(std::string_view text) {
    if (text.size() > text_bytes_max) {
        return wrong_use("a calendar text is too long").coded("limit");
    }
    bool const has_control = std::ranges::any_of(text, [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7f;
    });
    if (has_control || !is_utf8(as_bytes(text))) {
        return wrong_use("a calendar text holds control characters or is not UTF-8").coded("text");
    }
    return {};
}

Outcome check_uid(std::string_view uid) {
    bool const printable = std::ranges::all_of(
        uid, [](char c) { return c > ' ' && c <= '~' && c != ',' && c != ';' && c != '\\'; });
    if (uid.empty() || uid.size() > 255 || !printable) {
        return wrong_use("a reminder's identifier is 1 to 255 printable ASCII characters")
            .coded("uid");
    }
    return {};
}

// §3.3.5, form 2: 20261122T211000Z. write_time gives 2026-11-22T21:10:00.000Z.
Result<std::string> date_time(WallTime time) {
    constexpr std::int64_t after_9999 = 253'402'300'800'000;
    if (time.since_epoch_ms() < 0 || time.since_epoch_ms() >= after_9999) {
        return wrong_use("a calendar time lies before 1970 or after 9999").coded("time");
    }
    std::string out;
    for (char const c : write_time(time).substr(0, 19)) {
        if (c != '-' && c != ':') out += c;
    }
    return out + "Z";
}

// §3.3.6, and always one of the forms that every reader knows: P2D, PT36H, PT90M, PT5S, P1DT6H.
std::string duration_text(std::int64_t seconds) {
    auto const part = [](std::int64_t n, char unit) {
        return n == 0 ? std::string() : std::to_string(n) + unit;
    };
    if (seconds == 0) return "PT0S";
    auto const days = part(seconds / 86400, 'D');
    auto const hours = part(seconds / 3600 % 24, 'H');
    auto minutes = part(seconds / 60 % 60, 'M');
    auto const rest = part(seconds % 60, 'S');
    // dur-hour = 1*DIGIT "H" [dur-minute]; dur-minute = … [dur-second]: hours then seconds need
    // minutes.
    if (!hours.empty() && minutes.empty() && !rest.empty()) minutes = "0M";
    auto const time = hours + minutes + rest;
    return "P" + days + (time.empty() ? "" : "T" + time);
}

Result<std::int64_t> whole_seconds(Duration duration, char const* code) {
    constexpr std::int64_t ten_years_s = 10 * 366 * 86400LL;
    auto const ms = duration.count_ms();
    if (ms < 0 || ms % 1000 != 0 || ms / 1000 > ten_years_s) {
        return wrong_use("a calendar takes whole seconds, from none to ten years").coded(code);
    }
    return ms / 1000;
}

Outcome add_repeat(std::string& out, Repeat const& repeat) {
    auto const seconds = TRY(whole_seconds(repeat.every, "repeat"));
    if (seconds == 0 || (repeat.count && *repeat.count == 0)) {
        return wrong_use("a reminder cannot repeat after no time or no times").coded("repeat");
    }
    struct Unit {
        std::int64_t seconds;
        char const* name;
    };
    constexpr Unit units[] = {{7 * 86400, "WEEKLY"},
                              {86400, "DAILY"},
                              {3600, "HOURLY"},
                              {60, "MINUTELY"},
                              {1, "SECONDLY"}};
    auto const* unit =
        std::ranges::find_if(units, [&](Unit const& u) { return seconds % u.seconds == 0; });
    std::string rule = std::string("RRULE:FREQ=") + unit->name;
    if (seconds != unit->seconds) rule += ";INTERVAL=" + std::to_string(seconds / unit->seconds);
    if (repeat.count) rule += ";COUNT=" + std::to_string(*repeat.count);
    add_line(out, rule);
    return {};
}

Outcome add_alarms(std::string& out, Reminder const& reminder) {
    if (reminder.alarms_before.size() > alarms_max) {
        return wrong_use("a reminder has at most 32 alarms").coded("limit");
    }
    for (Duration const before : reminder.alarms_before) {
        auto const seconds = TRY(whole_seconds(before, "alarm"));
        add_line(out, "BEGIN:VALARM");
        add_line(out, "ACTION:DISPLAY");
        add_line(out, "DESCRIPTION:" + escape(reminder.summary));
        add_line(out, "TRIGGER:" + std::string(seconds == 0 ? "" : "-") + duration_text(seconds));
        add_line(out, "END:VALARM");
    }
    return {};
}

Outcome add_event(std::string& out, Reminder const& reminder, std::string const& stamp) {
    TRY(check_uid(reminder.uid));
    TRY(check_text(reminder.summary));
    TRY(check_text(reminder.description));
    if (reminder.end < reminder.start) {
        return wrong_use("a reminder ends before it starts").coded("time");
    }
    auto const start = TRY(date_time(reminder.start));
    auto const end = TRY(date_time(reminder.end));
    add_line(out, "BEGIN:VEVENT");
    add_line(out, "UID:" + reminder.uid);
    add_line(out, "DTSTAMP:" + stamp);
    add_line(out, "DTSTART:" + start);
    // §3.8.2.2: DTEND must be later than DTSTART; an event without it takes no time.
    if (end != start) add_line(out, "DTEND:" + end);
    if (reminder.repeat) { TRY(add_repeat(out, *reminder.repeat)); }
    add_line(out, "SEQUENCE:" + std::to_string(reminder.sequence));
    add_line(out, "SUMMARY:" + escape(reminder.summary));
    if (!reminder.description.empty()) add_line(out, "DESCRIPTION:" + escape(reminder.description));
    add_line(out, "TRANSP:TRANSPARENT");  // a reminder does not make the person busy
    TRY(add_alarms(out, reminder));
    add_line(out, "END:VEVENT");
    return {};
}

}  // namespace

Result<std::string> write_calendar(std::vector<Reminder> const& reminders, WallTime stamp) {
    // §3.6: at least one component.
    if (reminders.empty() || reminders.size() > reminders_max) {
        return wrong_use("a calendar has 1 to 1000 reminders").coded("limit");
    }
    auto const stamp_text = TRY(date_time(stamp));
    std::set<std::string_view> seen;
    std::string out;
    add_line(out, "BEGIN:VCALENDAR");
    add_line(out, "VERSION:2.0");
    add_line(out, "PRODID:-//Reminders//Calendar//EN");
    add_line(out, "CALSCALE:GREGORIAN");
    for (auto const& reminder : reminders) {
        if (!seen.insert(reminder.uid).second) {
            return wrong_use("two reminders have the same identifier").coded("duplicate");
        }
        TRY(add_event(out, reminder, stamp_text));
    }
    add_line(out, "END:VCALENDAR");
    return out;
}

}  // namespace exhibit::ics
