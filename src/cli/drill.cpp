// exhibit drill: a whole release with a dummy case through the real guardians, in minutes.
#include <unistd.h>

#include <thread>

#include "cli/new_case.hpp"
#include "guard/witness/rounds.hpp"
#include "protocol/shown.hpp"

namespace exhibit::cli {
namespace {

constexpr std::string_view dummy = "This is a rehearsal. Nothing in it is evidence of anything.\n";

Result<int> pipe_with(ByteView secret) {
    int ends[2];
    if (pipe(ends) != 0) return system_error("cannot rehearse", "");
    TRY(write_all(ends[1], secret, "pipe"));
    ::close(ends[1]);
    return ends[0];
}

Outcome wait_for_release(seal::CaseFolder const& folder, Duration limit, guard::LinkOptions options,
                         Terminal& terminal) {
    options.timeout_ms = 3000;
    auto const until = wall_now() + limit;
    Progress progress(terminal, "silent");
    while (wall_now() < until && !interrupted()) {
        std::vector<CaseStatus> statuses;
        for (auto const& said :
             guard::ask_status(folder.info(), SystemRandom().bytes<16>(), options))
            if (said.result.ok()) statuses.push_back(said.result->value());
        auto const shown = protocol::what_is_shown(folder.info().quorum, statuses);
        if (shown.phase == "released") return {};
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    return Error{Fault::guardians,
                 "the guardians have not released the rehearsal in time",
                 "",
                 "your real cases are untouched",
                 "look at  exhibit status  and at each guardian's log",
                 "drill"};
}

}  // namespace

Outcome run_drill(Globals const& globals, Drill const& arguments, Terminal& terminal) {
    auto const started = std::chrono::steady_clock::now();
    NewCase wish;
    // Apart from the real cases, so that a real one that is alone stays the one that is meant.
    auto own = globals;
    own.dir = cases_folder(globals) / "drills";
    own.case_name = "drill-" + to_hex(SystemRandom().bytes<3>());
    wish.folder = own.dir / own.case_name;
    wish.invitations = TRY(read_invitations(arguments.guardians));
    wish.quorum = TRY(default_quorum(static_cast<unsigned>(wish.invitations.size()), true));
    wish.interval = TRY(parse_duration(arguments.every));
    wish.grace = TRY(parse_duration(arguments.grace));
    wish.drill = true;
    wish.floors = {Duration::ms(500), Duration::ms(500), Duration::seconds(1)};
    AudienceStage everyone;
    everyone.who = AudienceStage::Who::everyone;
    wish.audience = {everyone};
    wish.options.socks5_proxy = globals.proxy;
    terminal.say("Rehearsing with a dummy case, and seconds instead of days ...");
    auto const passphrase = SecretBytes::copy_of(to_hex(SystemRandom().bytes<16>()));
    auto meeting = TRY(meet_guardians(wish, terminal));
    TRY(begin_case(wish, std::move(meeting), {passphrase.clone(), {}}, terminal));

    auto const folder = TRY(find_case(own));
    auto const file = folder.path() / "rehearsal.txt";
    TRY(replace_file(file, dummy));
    TRY(run_seal(own,
                 {.paths = {file.string()},
                  .readers = {},
                  .name = {},
                  .note = {},
                  .time = {},
                  .place = {},
                  .from = {}},
                 terminal));
    TRY(run_send(own, {}, terminal));
    own.passphrase_fd =
        TRY(pipe_with(passphrase.reveal()));  // reveal: handed to our own command through a pipe
    auto const checked_in = run_check_in(own, {}, terminal);
    ::close(own.passphrase_fd);
    if (!checked_in.ok()) return checked_in.error();
    terminal.say("Now silence: the deadline is in " + show_duration(wish.interval) + ", then " +
                 show_duration(wish.grace) + " of grace.");
    TRY(wait_for_release(folder, wish.interval + wish.grace + Duration::minutes(2), wish.options,
                         terminal));
    auto const out = folder.path() / "release";
    TRY(run_publish(own, {.from = {}, .case_id = {}, .out = out.string(), .key = {}, .name = {}},
                    terminal));
    auto const again = TRY(read_file(out / "data" / "0001" / "rehearsal.txt", 4096));
    if (as_text(again) != dummy)
        return bad_input("what came out of the rehearsal is not what went in").coded("drill");
    auto const seconds = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - started)
                             .count();
    terminal.say(
        "Sealed, sent, checked in, fell silent, released, opened again: all as it should be.  " +
        show_duration(Duration::ms(seconds)));
    terminal.result({{"drill", "ok"}, {"ms", seconds}});
    return {};
}

}  // namespace exhibit::cli
