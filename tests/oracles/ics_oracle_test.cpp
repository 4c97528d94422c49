// Debian's python3-icalendar reads our calendar and gives the same facts back.
#include "formats/ics/ics.hpp"
#include "support/shared.hpp"

namespace exhibit::ics {
namespace {

TEST(IcsOracle, python_icalendar_reads_our_calendar) {
    if (test::run({"/usr/bin/python3", "-c", "import icalendar"}).code != 0) {
        GTEST_SKIP() << "NOT RUN: python3-icalendar is missing";
    }
    Reminder reminder;
    reminder.uid = "k3f9-1";
    reminder.start = parse_time("2026-11-25T21:10:00.000Z").value();
    reminder.end = reminder.start + Duration::minutes(30);
    reminder.summary = "Caf\u00e9, then; home \u95e8";
    for (int i = 0; i < 40; ++i)
        reminder.description += "line \\ " + std::to_string(i) + " \u00e9\n";
    reminder.alarms_before = {Duration::days(2), Duration::hours(30)};
    reminder.repeat = Repeat{Duration::days(3), 10};
    auto const text = write_calendar({reminder}, parse_time("2026-11-22T21:10:00.000Z").value());
    ASSERT_OK(text);
    auto const ran = test::run(
        {"/usr/bin/python3", "-c",
         "import sys, icalendar\n"
         "c = icalendar.Calendar.from_ical(sys.stdin.buffer.read())\n"
         "e, = c.walk('VEVENT')\n"
         "w = sys.stdout.buffer.write\n"
         "w((str(e['SUMMARY']) + '|' + str(e['UID']) + '|').encode())\n"
         "w(('%s|%s|' % (e['DTSTART'].dt.isoformat(), e['DTEND'].dt.isoformat())).encode())\n"
         "w((e['RRULE'].to_ical().decode() + '|').encode())\n"
         "w((' '.join(str(int(a['TRIGGER'].dt.total_seconds())) for a in c.walk('VALARM')) + "
         "'|').encode())\n"
         "w(str(e['DESCRIPTION']).encode())\n"},
        as_bytes(*text));
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, reminder.summary +
                           "|k3f9-1|2026-11-25T21:10:00+00:00|2026-11-25T21:40:00+00:00|"
                           "FREQ=DAILY;COUNT=10;INTERVAL=3|-172800 -108000|" +
                           reminder.description);
}

}  // namespace
}  // namespace exhibit::ics
