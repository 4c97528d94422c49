// exhibit status: what every guardian says of the case, and what one more loss would mean.
#include <algorithm>
#include <map>

#include "cli/cli.hpp"
#include "cli/policy.hpp"
#include "guard/witness/rounds.hpp"
#include "guard/witness/send.hpp"
#include "protocol/shown.hpp"

namespace exhibit::cli {
namespace {

std::string from_now(WallTime when, WallTime now) {
    return when > now ? "in " + show_duration(when - now) : show_duration(now - when) + " ago";
}

using Statuses = std::vector<guard::Said<Signed<CaseStatus>>>;

// What the case's line says. A check-in that was done is a promise by itself, whoever answers now.
struct CaseLine {
    protocol::Shown shown;
    std::size_t answering = 0;
    std::optional<WallTime> deadline, release_from;
};

CaseLine case_line(CaseInfo const& info, Statuses const& all,
                   std::optional<CheckInMemory> const& memory) {
    std::vector<CaseStatus> statuses;
    for (auto const& said : all)
        if (said.result.ok()) statuses.push_back(said.result->value());
    CaseLine line{protocol::what_is_shown(info.quorum, statuses), statuses.size(), {}, {}};
    auto const at_least = [&](WallTime deadline, WallTime release_from) {
        line.deadline = std::max(line.deadline.value_or(deadline), deadline);
        line.release_from = std::max(line.release_from.value_or(release_from), release_from);
    };
    if (memory) at_least(memory->safe_until, memory->safe_until + memory->grace);
    if (auto const& said = line.shown.deadline) at_least(said->deadline, said->release_from);
    return line;
}

void print_case(CaseInfo const& info, std::string const& name, CaseLine const& line, WallTime now,
                Terminal& terminal) {
    auto const head = name + (info.drill ? " (DRILL)" : "");
    if (line.shown.phase == "released") {
        terminal.say(head + "  RELEASED. Build the page:  exhibit publish " + name + " out/");
    } else if (line.shown.phase == "cancelled") {
        terminal.say(head + "  has ended: its clocks stand still, and nothing will be released.");
    } else if (line.deadline) {
        terminal.say(
            head + "  " +
            (line.shown.claimed ? "checked in " + from_now(*line.shown.claimed, now) + "; " : "") +
            "next before " + show_time(*line.deadline) + " (" + from_now(*line.deadline, now) +
            "); release from " + show_time(*line.release_from) +
            (line.shown.deadline ? "" : ", as far as this device knows"));
    }
}

// One alone may lie: whoever believed it would fall silent.
void print_ends(CaseInfo const& info, CaseLine const& line, Statuses const& all,
                Terminal& terminal) {
    for (auto const& said : all) {
        if (!said.result.ok()) continue;
        auto const& phase = said.result->value().phase;
        if ((phase == "released" || phase == "cancelled") && phase != line.shown.phase)
            terminal.warn(said.guardian.name + " says that the case is " + phase +
                          ", and fewer than " + std::to_string(info.quorum.f + 1) +
                          " do: go on checking in");
    }
}

struct Leaving {
    std::string said_by;
    WallTime when;
};

// What each says, in one line; and what is coming: guardians that leave.
Json print_guardians(Statuses const& all, unsigned f, WallTime now, Terminal& terminal) {
    Json guardians = Json::array();
    std::string line = "guardians   ";
    std::map<std::string, std::vector<Leaving>> leaving;
    for (auto const& said : all) {
        Json one = {{"name", said.guardian.name}, {"answers", said.result.ok()}};
        line += said.guardian.name;
        if (!said.result.ok()) {
            one["error"] = said.result.error().what;
            line += " silent   ";
            guardians.push_back(one);
            continue;
        }
        auto const& s = said.result->value();
        one["phase"] = s.phase;
        one["check_in"] = s.check_in.hex();
        one["deadline"] = write_time(s.deadline);
        one["hold"] = s.hold;
        one["clock_off_ms"] = s.clock_off_ms;
        one["held"] = s.held.size();
        bool const off = s.clock_off_ms > 60'000 || s.clock_off_ms < -60'000;
        line += " ✓ " + s.phase + (off ? ", its clock is off" : "") +
                (s.hold > 0 ? ", holds " + std::to_string(s.hold) : "") + "   ";
        for (auto const& who : s.leaving) {
            for (auto const& other : all)
                if (other.guardian.id() == who.guardian)
                    leaving[other.guardian.name].push_back({said.guardian.name, who.leaves});
        }
        guardians.push_back(one);
    }
    terminal.say(line);
    for (auto const& [name, words] : leaving) {
        bool const by_itself = std::ranges::find(words, name, &Leaving::said_by) != words.end();
        if (words.size() <= f && !by_itself) {
            terminal.warn(words.front().said_by + " says that " + name +
                          " leaves the case, and too few others do: ask " + name);
            continue;
        }
        auto const when = std::ranges::min(words, {}, &Leaving::when).when;
        terminal.warn(name + " leaves the case " + from_now(when, now) + ", on " + show_time(when) +
                      ": make a new case with another guardian before");
        for (auto& one : guardians)
            if (one["name"] == name) one["leaves"] = write_time(when);
    }
    return guardians;
}

Json print_exhibits(std::vector<ExhibitRecord> const& records, Statuses const& all,
                    Terminal& terminal) {
    Json exhibits = Json::array();
    for (auto const& record : records) {
        std::size_t held = 0;
        std::string without;
        for (auto const& said : all) {
            bool const has =
                said.result.ok() &&
                std::ranges::any_of(said.result->value().held, [&](CaseStatus::Held const& one) {
                    return one.number == record.number && one.complete &&
                           one.size_bytes == record.size_bytes &&
                           (!record.statement || one.statement == *record.statement);
                });
            held += has;
            if (!has) without += (without.empty() ? "" : ", ") + said.guardian.name;
        }
        terminal.say(show(record.number) + "        " + show_bytes(record.size_bytes) +
                     "  held by " + std::to_string(held) + " of " + std::to_string(all.size()) +
                     (record.statement ? "" : " (unfinished)") +
                     (without.empty() ? "" : ", not yet: " + without));
        exhibits.push_back({{"number", show(record.number)},
                            {"size", record.size_bytes},
                            {"held_by", held},
                            {"receipts", guard::held_by(record).size()}});
    }
    return exhibits;
}

}  // namespace

Outcome run_status(Globals const& globals, Status const&, Terminal& terminal) {
    auto folder = TRY(find_case(globals));
    auto const now = wall_now();
    guard::LinkOptions const options{.socks5_proxy = globals.proxy, .timeout_ms = 8000};
    auto const all = guard::ask_status(folder.info(), SystemRandom().bytes<16>(), options);
    auto const info = TRY(note_changes(folder, all, options, terminal));

    auto const memory = TRY(folder.last_check_in());
    auto const line = case_line(info, all, memory);
    print_case(info, folder.name(), line, now, terminal);
    auto const guardians = print_guardians(all, info.quorum.f, now, terminal);
    print_ends(info, line, all, terminal);
    auto const q = info.quorum.q;
    bool const possible = line.answering >= q;
    bool const last_chance = line.answering == q;
    terminal.say("            release needs " + std::to_string(q) + " of " +
                 std::to_string(info.quorum.n) + ": " +
                 (possible ? "possible." : "NOT possible with those that answer.") +
                 (last_chance ? " If one more falls away it is not: find another guardian." : ""));
    auto const records = TRY(folder.exhibits());
    auto const exhibits = print_exhibits(records, all, terminal);
    Json result = {{"case", info.case_id.text()}, {"name", folder.name()},
                   {"drill", info.drill},         {"guardians", guardians},
                   {"exhibits", exhibits},        {"release_possible", possible}};
    if (!line.shown.phase.empty()) result["phase"] = line.shown.phase;
    if (line.deadline) {
        result["deadline"] = write_time(*line.deadline);
        result["release_from"] = write_time(*line.release_from);
    }
    terminal.result(result);
    if (line.answering == 0)
        return Error{Fault::guardians,
                     "no guardian answers",
                     "",
                     "what they hold, they keep",
                     "check the connection, then try again",
                     "silent"};
    return {};
}

}  // namespace exhibit::cli
