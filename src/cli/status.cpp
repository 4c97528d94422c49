// exhibit status: what every guardian says of the case, and what one more loss would mean.
#include <algorithm>

#include "cli/cli.hpp"
#include "guard/witness/rounds.hpp"
#include "guard/witness/send.hpp"

namespace exhibit::cli {
namespace {

std::string from_now(WallTime when, WallTime now) {
    return when > now ? "in " + show_duration(when - now) : show_duration(now - when) + " ago";
}

struct Seen {
    std::size_t answering = 0;
    std::optional<CaseStatus> newest;  // of the guardian with the latest check-in
};

void print_case(CaseInfo const& info, std::string const& name, Seen const& seen, WallTime now,
                Terminal& terminal) {
    if (!seen.newest) return;
    auto const& s = *seen.newest;
    auto const head = name + (info.drill ? " (DRILL)" : "");
    if (s.phase == "released") {
        terminal.say(head + "  RELEASED. Build the page:  exhibit publish " + name + " out/");
    } else {
        terminal.say(head + "  checked in " + from_now(s.claimed, now) + "; next before " +
                     show_time(s.deadline) + " (" + from_now(s.deadline, now) + "); release from " +
                     show_time(s.release_from));
    }
}

}  // namespace

Outcome run_status(Globals const& globals, Status const&, Terminal& terminal) {
    auto const folder = TRY(find_case(globals));
    auto const& info = folder.info();
    auto const now = wall_now();
    guard::LinkOptions const options{.socks5_proxy = globals.proxy, .timeout_ms = 8000};
    auto const all = guard::ask_status(info, SystemRandom().bytes<16>(), options);

    Seen seen;
    Json guardians = Json::array();
    std::vector<std::string> lines;
    for (auto const& said : all) {
        Json one = {{"name", said.guardian.name}, {"answers", said.result.ok()}};
        if (said.result.ok()) {
            auto const& s = said.result->value();
            ++seen.answering;
            if (!seen.newest || s.claimed > seen.newest->claimed || s.phase == "released")
                seen.newest = s;
            one["phase"] = s.phase;
            one["check_in"] = s.check_in.hex();
            one["deadline"] = write_time(s.deadline);
            one["clock_off_ms"] = s.clock_off_ms;
            one["held"] = s.held.size();
            lines.push_back(
                said.guardian.name + " ✓ " + s.phase +
                (s.clock_off_ms > 60'000 || s.clock_off_ms < -60'000 ? ", its clock is off" : ""));
        } else {
            one["error"] = said.result.error().what;
            lines.push_back(said.guardian.name + " silent");
        }
        guardians.push_back(one);
    }
    print_case(info, folder.name(), seen, now, terminal);
    std::string line = "guardians   ";
    for (auto const& one : lines) line += one + "   ";
    terminal.say(line);
    auto const q = info.quorum.q;
    bool const possible = seen.answering >= q;
    bool const last_chance = seen.answering == q;
    terminal.say("            release needs " + std::to_string(q) + " of " +
                 std::to_string(info.quorum.n) + ": " +
                 (possible ? "possible." : "NOT possible with those that answer.") +
                 (last_chance ? " If one more falls away it is not: find another guardian." : ""));
    auto const records = TRY(folder.exhibits());
    Json exhibits = Json::array();
    for (auto const& record : records) {
        std::size_t held = 0;
        std::string without;
        for (auto const& said : all) {
            bool has = false;
            if (said.result.ok()) {
                for (auto const& one : said.result->value().held) {
                    has = has || (one.number == record.number && one.complete &&
                                  one.size_bytes == record.size_bytes);
                }
            }
            held += has;
            if (!has) without += (without.empty() ? "" : ", ") + said.guardian.name;
        }
        terminal.say(show(record.number) + "        " + show_bytes(record.size_bytes) +
                     "  held by " + std::to_string(held) + " of " + std::to_string(info.quorum.n) +
                     (record.statement ? "" : " (unfinished)") +
                     (without.empty() ? "" : ", not yet: " + without));
        exhibits.push_back({{"number", show(record.number)},
                            {"size", record.size_bytes},
                            {"held_by", held},
                            {"receipts", guard::held_by(record).size()}});
    }
    Json result = {{"case", info.case_id.text()}, {"name", folder.name()},
                   {"drill", info.drill},         {"guardians", guardians},
                   {"exhibits", exhibits},        {"release_possible", possible}};
    if (seen.newest) {
        result["phase"] = seen.newest->phase;
        result["deadline"] = write_time(seen.newest->deadline);
        result["release_from"] = write_time(seen.newest->release_from);
    }
    terminal.result(result);
    if (seen.answering == 0)
        return Error{Fault::guardians,
                     "no guardian answers",
                     "",
                     "what they hold, they keep",
                     "check the connection, then try again",
                     "silent"};
    return {};
}

}  // namespace exhibit::cli
