// exhibit remind --ics: a calendar file for the next check-ins. Its words betray nothing.
#include "cli/cli.hpp"
#include "formats/ics/ics.hpp"

namespace exhibit::cli {

Outcome run_remind(Globals const& globals, Remind const& arguments, Terminal& terminal) {
    auto const folder = TRY(find_case(globals));
    auto const memory = TRY(folder.last_check_in());
    if (!memory) return wrong_use("there is no check-in yet").coded("nothing");
    // Not that of a check-in which too few guardians have: they count from the one before.
    auto const deadline = memory->safe_until;
    ics::Reminder reminder;
    // A phone that is searched shows its calendar.
    reminder.uid = to_hex(SystemRandom().bytes<16>());
    reminder.start = deadline - memory->interval / 4;
    reminder.end = reminder.start + std::min(Duration::minutes(15), memory->interval / 8);
    reminder.summary = "Call home";
    reminder.alarms_before = {Duration::ms(0)};
    auto const calendar = TRY(ics::write_calendar({reminder}, wall_now()));
    auto const file = arguments.ics.empty() ? std::string("reminder.ics") : arguments.ics;
    TRY(replace_file(file, calendar));
    terminal.say("Wrote " + file + ": \"Call home\" at " + show_time(reminder.start) +
                 ", a quarter of the interval before the deadline.\n"
                 "Import it into the calendar of your phone; it says nothing of what it is for.");
    terminal.result({{"file", file},
                     {"start", write_time(reminder.start)},
                     {"deadline", write_time(deadline)}});
    return {};
}

}  // namespace exhibit::cli
