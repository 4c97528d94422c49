// `exhibit` alone: the story in ten lines, and the next sensible command.
#include "cli/cli.hpp"

namespace exhibit::cli {

Outcome run_story(Globals const& globals, Terminal& terminal) {
    terminal.say(
        "Exhibit keeps evidence that outlives the person who filmed it.\n"
        "\n"
        "  seal      footage is encrypted to a key that is not on this device\n"
        "  guard     friends abroad (guardians) hold it; none of them can open it alone\n"
        "  check in  your signed sign of life, before the deadline, again and again\n"
        "  release   fall silent, or ask for it: enough guardians agree, the key is rebuilt,\n"
        "            and the people you named (or everyone) get the footage\n"
        "  verify    years later anyone can check that it is unchanged, and by whose hand\n"
        "\n"
        "Everything it writes opens without it: age, tar, sha256sum, a torrent client, openssl.\n");
    auto const names = case_names(globals);
    if (names.empty()) {
        terminal.say(
            "Next:  ask friends abroad to run  exhibit guard serve  and to send you their "
            "invitations, then\n"
            "       exhibit init NAME --guardians invitations.txt");
    } else if (names.size() == 1) {
        terminal.say("Case \"" + names.front() + "\" is on this device.   Next:  exhibit status");
    } else {
        terminal.say(std::to_string(names.size()) +
                     " cases are on this device.   Next:  exhibit status --case " + names.front());
    }
    Json list = names;
    terminal.result({{"cases", list}});
    return {};
}

}  // namespace exhibit::cli
