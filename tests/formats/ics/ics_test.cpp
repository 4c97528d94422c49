#include "formats/ics/ics.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "support/shared.hpp"

namespace exhibit::ics {
namespace {

WallTime const stamp = parse_time("2026-11-22T21:10:00.000Z").value();

Reminder example() {
    Reminder reminder;
    reminder.uid = "k3f9-1";
    reminder.start = parse_time("2026-11-25T21:10:00.000Z").value();
    reminder.end = reminder.start + Duration::minutes(30);
    reminder.summary = "Water the plants";
    reminder.description = "Today; at home, before ten\nUse C:\\can";
    reminder.alarms_before = {Duration::days(1), Duration::hours(6), Duration::seconds(0)};
    return reminder;
}

std::vector<std::string> physical_lines(std::string const& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = text.find("\r\n", at);
        if (end == std::string::npos) {
            ADD_FAILURE() << "the text does not end with CRLF";
            break;
        }
        lines.push_back(text.substr(at, end - at));
        at = end + 2;
    }
    return lines;
}

// A reader of our own, written from §3.1: takes the folds out.
std::vector<std::string> unfolded(std::string const& text) {
    std::vector<std::string> lines;
    for (auto const& line : physical_lines(text)) {
        if (!line.empty() && line.front() == ' ' && !lines.empty())
            lines.back() += line.substr(1);
        else
            lines.push_back(line);
    }
    return lines;
}

bool has_line(std::string const& text, std::string const& line) {
    return std::ranges::count(unfolded(text), line) > 0;
}

TEST(Ics, a_reminder_is_written_as_the_standard_says) {
    auto const text = write_calendar({example()}, stamp);
    ASSERT_OK(text);
    EXPECT_EQ(*text,
              "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Reminders//Calendar//EN\r\n"
              "CALSCALE:GREGORIAN\r\nBEGIN:VEVENT\r\nUID:k3f9-1\r\nDTSTAMP:20261122T211000Z\r\n"
              "DTSTART:20261125T211000Z\r\nDTEND:20261125T214000Z\r\nSEQUENCE:0\r\n"
              "SUMMARY:Water the plants\r\n"
              "DESCRIPTION:Today\\; at home\\, before ten\\nUse C:\\\\can\r\nTRANSP:TRANSPARENT\r\n"
              "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Water the plants\r\nTRIGGER:-P1D\r\n"
              "END:VALARM\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Water the plants\r\n"
              "TRIGGER:-PT6H\r\nEND:VALARM\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\n"
              "DESCRIPTION:Water the plants\r\nTRIGGER:PT0S\r\nEND:VALARM\r\n"
              "END:VEVENT\r\nEND:VCALENDAR\r\n");
}

TEST(Ics, nothing_in_the_file_names_the_program) {
    auto text = write_calendar({example()}, stamp).take();
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    EXPECT_EQ(text.find("exhibit"), std::string::npos);
    EXPECT_EQ(text.find("check-in"), std::string::npos);
}

TEST(Ics, long_lines_are_folded_at_75_octets_between_characters) {
    for (std::string const unit : {"a", "\u00e9", "\u95e8", "\U0001f30d", "\u0627b", ",;"}) {
        for (std::size_t offset = 0; offset < 5; ++offset) {
            auto reminder = example();
            reminder.summary = std::string(offset, 'x');
            for (int i = 0; i < 200; ++i) reminder.summary += unit;
            auto const text = write_calendar({reminder}, stamp);
            ASSERT_OK(text);
            for (auto const& line : physical_lines(*text)) {
                EXPECT_LE(line.size(), 75u);
                EXPECT_TRUE(is_utf8(as_bytes(line)));
            }
            std::string escaped;
            for (char const c : reminder.summary) {
                if (c == ',' || c == ';') escaped += '\\';
                escaped += c;
            }
            EXPECT_TRUE(has_line(*text, "SUMMARY:" + escaped));
        }
    }
}

TEST(Ics, repeats_use_the_largest_unit_that_fits) {
    struct Case {
        Duration every;
        std::optional<unsigned> count;
        char const* rule;
    };
    for (auto const& [every, count, rule] :
         {Case{Duration::days(1), {}, "RRULE:FREQ=DAILY"},
          Case{Duration::days(3), 10, "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=10"},
          Case{Duration::days(14), {}, "RRULE:FREQ=WEEKLY;INTERVAL=2"},
          Case{Duration::hours(61), {}, "RRULE:FREQ=HOURLY;INTERVAL=61"},
          Case{Duration::minutes(90), 2, "RRULE:FREQ=MINUTELY;INTERVAL=90;COUNT=2"},
          Case{Duration::seconds(61), {}, "RRULE:FREQ=SECONDLY;INTERVAL=61"}}) {
        auto reminder = example();
        reminder.repeat = Repeat{every, count};
        auto const text = write_calendar({reminder}, stamp);
        ASSERT_OK(text);
        EXPECT_TRUE(has_line(*text, rule)) << *text;
    }
}

TEST(Ics, alarms_follow_the_grammar_of_durations) {
    struct Case {
        std::int64_t seconds;
        char const* trigger;
    };
    for (auto const& [seconds, trigger] :
         {Case{1, "-PT1S"}, Case{60, "-PT1M"}, Case{61, "-PT1M1S"}, Case{3601, "-PT1H0M1S"},
          Case{86400, "-P1D"}, Case{86400 + 6 * 3600, "-P1DT6H"}, Case{14 * 86400, "-P14D"},
          Case{86401, "-P1DT1S"}}) {
        auto reminder = example();
        reminder.alarms_before = {Duration::seconds(seconds)};
        auto const text = write_calendar({reminder}, stamp);
        ASSERT_OK(text);
        EXPECT_TRUE(has_line(*text, std::string("TRIGGER:") + trigger)) << trigger;
    }
}

TEST(Ics, an_event_of_no_length_has_no_end) {
    auto reminder = example();
    reminder.end = reminder.start;
    auto const text = write_calendar({reminder}, stamp);
    ASSERT_OK(text);
    EXPECT_EQ(text->find("DTEND"), std::string::npos);
}

TEST(Ics, line_breaks_cannot_smuggle_lines_in) {
    auto reminder = example();
    reminder.summary = "x\r\nATTACH:y\rz";
    auto const text = write_calendar({reminder}, stamp);
    ASSERT_OK(text);
    EXPECT_TRUE(has_line(*text, "SUMMARY:x\\nATTACH:y\\nz"));
    reminder.uid = "a\r\nATTACH:y";
    EXPECT_ERROR_CODE(write_calendar({reminder}, stamp), "uid");
}

TEST(Ics, what_cannot_be_written_is_refused) {
    auto const with = [](auto change) {
        auto reminder = example();
        change(reminder);
        return write_calendar({reminder}, stamp);
    };
    EXPECT_ERROR_CODE(write_calendar({}, stamp), "limit");
    EXPECT_ERROR_CODE(write_calendar({example(), example()}, stamp), "duplicate");
    EXPECT_ERROR_CODE(write_calendar({example()}, WallTime::from_ms(-1)), "time");
    EXPECT_ERROR_CODE(with([](Reminder& r) { r.uid.clear(); }), "uid");
    EXPECT_ERROR_CODE(with([](Reminder& r) { r.end = r.start - Duration::ms(1); }), "time");
    EXPECT_ERROR_CODE(with([](Reminder& r) { r.end = WallTime::from_ms(INT64_MAX); }), "time");
    EXPECT_ERROR_CODE(with([](Reminder& r) { r.summary = "\xff"; }), "text");
    EXPECT_ERROR_CODE(with([](Reminder& r) { r.description = std::string("a\0b", 3); }), "text");
    EXPECT_ERROR_CODE(with([](Reminder& r) { r.summary = std::string(10000, 'a'); }), "limit");
    EXPECT_ERROR_CODE(with([](Reminder& r) { r.alarms_before = {Duration::ms(1500)}; }), "alarm");
    EXPECT_ERROR_CODE(with([](Reminder& r) { r.alarms_before = {Duration::seconds(-1)}; }),
                      "alarm");
    EXPECT_ERROR_CODE(with([](Reminder& r) { r.alarms_before.resize(33); }), "limit");
    EXPECT_ERROR_CODE(with([](Reminder& r) { r.repeat = Repeat{Duration::ms(0), {}}; }), "repeat");
    EXPECT_ERROR_CODE(with([](Reminder& r) { r.repeat = Repeat{Duration::days(1), 0}; }), "repeat");
}

}  // namespace
}  // namespace exhibit::ics
