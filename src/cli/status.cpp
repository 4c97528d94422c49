// exhibit status: what every guardian says of the case, and what one more loss would mean.
#include <algorithm>
#include <map>

#include "cli/cli.hpp"
#include "cli/policy.hpp"
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

    void see(CaseStatus const& status) {
        ++answering;
        bool const is_newest =
            !newest || status.claimed > newest->claimed || status.phase == "released";
        if (is_newest) newest = status;
    }
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

using Statuses = std::vector<guard::Said<Signed<CaseStatus>>>;

// What each says, in one line; and what is coming: guardians that leave.
Json print_guardians(Statuses const& all, WallTime now, Terminal& terminal) {
    Json guardians = Json::array();
    std::string line = "guardians   ";
    std::map<std::string, WallTime> leaving;
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
                if (other.guardian.id() == who.guardian) leaving[other.guardian.name] = who.leaves;
        }
        guardians.push_back(one);
    }
    terminal.say(line);
    for (auto const& [name, when] : leaving) {
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
                           one.size_bytes == record.size_bytes;
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
    TRY(note_changes(folder, all, terminal));
    auto const& info = folder.info();

    Seen seen;
    for (auto const& said : all)
        if (said.result.ok()) seen.see(said.result->value());
    print_case(info, folder.name(), seen, now, terminal);
    auto const guardians = print_guardians(all, now, terminal);
    auto const q = info.quorum.q;
    bool const possible = seen.answering >= q;
    bool const last_chance = seen.answering == q;
    terminal.say("            release needs " + std::to_string(q) + " of " +
                 std::to_string(info.quorum.n) + ": " +
                 (possible ? "possible." : "NOT possible with those that answer.") +
                 (last_chance ? " If one more falls away it is not: find another guardian." : ""));
    auto const records = TRY(folder.exhibits());
    auto const exhibits = print_exhibits(records, all, terminal);
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
