// exhibit release: now. Signed with the witness key, final.
#include <thread>

#include "cli/epochs.hpp"
#include "cli/policy.hpp"
#include "guard/witness/rounds.hpp"
#include "protocol/shown.hpp"
#include "seal/unlock.hpp"

namespace exhibit::cli {
namespace {

constexpr auto wait_for_release = std::chrono::seconds(60);

std::string whom(CaseInfo const& info) {
    if (info.audience.empty())
        return "those whom the policy in force names; this device does not know them (exhibit "
               "policy show)";
    if (info.audience.front().who == AudienceStage::Who::everyone) return "the public, now";
    std::string out = std::to_string(info.audience.front().recipients.size()) + " named, now";
    if (info.audience.size() > 1)
        out += "; the public in " + show_duration(info.audience[1].after) +
               " unless they sign that they have it";
    return out;
}

}  // namespace

Outcome run_release(Globals const& globals, ReleaseCommand const& arguments, Terminal& terminal) {
    auto folder = TRY(find_case(globals));
    // The guardians take it only under the policy in force, which may have changed since.
    guard::LinkOptions const quick{.socks5_proxy = globals.proxy, .timeout_ms = 8000};
    auto const all = guard::ask_status(folder.info(), SystemRandom().bytes<16>(), quick);
    auto const info = TRY(note_changes(folder, all, quick, terminal));
    auto const records = TRY(folder.exhibits());
    terminal.say("This gives " + folder.name() + " (" + std::to_string(records.size()) +
                 " exhibits) to: " + whom(info) + ". It cannot be undone.");
    auto const passphrase = TRY(case_passphrase(globals, terminal));
    auto const key = TRY(seal::unlock_witness_key(folder, passphrase));
    if (!arguments.yes) {
        auto const typed = TRY(terminal.ask("Type the case name to go on:"));
        if (typed != folder.name())
            return wrong_use("that is not the name of the case")
                .still_safe("nothing was released")
                .coded("name");
    }
    auto const now = Signed<ReleaseNow>::sign({info.case_id, wall_now(), info.policy}, key);
    guard::LinkOptions const options{.socks5_proxy = globals.proxy};
    std::size_t told = 0, unheard = 0;
    std::string line;
    for (auto const& said : guard::tell_all(info, now.envelope(), std::nullopt, options)) {
        bool const took = said.result.ok() && said.result->refused.empty();
        told += took;
        unheard += !said.result.ok();
        line += said.guardian.name + (took ? " has it  " : " -  ");
        if (!said.result.ok())
            terminal.warn(said.result.error().what);
        else if (!took)
            terminal.warn(said.guardian.name + ": " + said.result->refused);
    }
    terminal.say(line);
    if (told == 0)
        return Error{Fault::guardians,
                     "no guardian answered that it has it",
                     "",
                     unheard == 0 ? "nothing was released"
                                  : "it may have arrived all the same: then it is final",
                     unheard == 0 ? "exhibit status  shows what the guardians have in force"
                                  : "check the connection, then try again;  exhibit status",
                     "silent"};
    // Whoever took it may lie, or be taken away before it has told the others: below.
    auto const until = std::chrono::steady_clock::now() + wait_for_release;
    bool released = false;
    while (!released && std::chrono::steady_clock::now() < until && !interrupted()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        std::vector<CaseStatus> statuses;
        for (auto const& said :
             guard::ask_status(info, SystemRandom().bytes<16>(),
                               {.socks5_proxy = globals.proxy, .timeout_ms = 3000})) {
            if (said.result.ok()) statuses.push_back(said.result->value());
        }
        released = protocol::what_is_shown(info.quorum, statuses).phase == "released";
    }
    terminal.say(released ? "Released " + show_time(wall_now()) +
                                ".    Build the page:  exhibit publish " + folder.name() + " out/"
                          : "Not yet released: the guardians go on by themselves as soon as " +
                                std::to_string(info.quorum.q) + " of them reach each other.");
    terminal.result({{"told", told}, {"released", released}, {"release_now", now.digest().hex()}});
    if (released || told > info.quorum.f) return {};
    return Error{Fault::guardians,
                 "only " + std::to_string(told) + " guardians have it; it is sure with " +
                     std::to_string(info.quorum.f + 1),
                 "",
                 "those that have it keep it and pass it on",
                 "run  exhibit release  again",
                 "not-done"};
}

}  // namespace exhibit::cli
