// exhibit checkin: the sign of life. Done when `a` guardians have signed that it is on their disks.
#include <algorithm>

#include "cli/epochs.hpp"
#include "guard/witness/rounds.hpp"
#include "protocol/witness.hpp"
#include "seal/unlock.hpp"

namespace exhibit::cli {
namespace {

// The newest clocks come first; what is stored is bounded.
constexpr std::size_t clocks_kept = 32;

// Why a guardian did not take it: its code (protocol/step.hpp), and what that means to her.
std::string in_words(std::string const& code) {
    static constexpr std::pair<std::string_view, char const*> words[] = {
        {"too-new", "by its clock this time has not come yet: one of the two clocks is wrong"},
        {"too-old", "it has a newer one"},
        {"too-soon", "the last one is only minutes old"},
        {"released", "the case is released"},
        {"release-now", "you have said \"release now\""},
        {"adopted", "it has agreed to the release; others may stop it yet"},
        {"restarting", "it has just started: it takes the next one"},
        {"clocks", "the guardians' clocks that it carries are too old"},
    };
    for (auto const& [known, meaning] : words)
        if (known == code) return code + ": " + meaning;
    return code;
}

void tell_losses(protocol::Standing const& standing, Terminal& terminal) {
    if (standing.one_loss_ends_release) {
        terminal.say("If one more guardian falls away, nobody can release: find another guardian.");
    } else if (standing.one_loss_ends_check_ins) {
        terminal.say("If one more guardian falls away, check-ins cannot be completed any more.");
    }
}

}  // namespace

// A pause is a check-in with a longer interval: the next one, as usual, ends it.
Outcome run_pause(Globals const& globals, Pause const& arguments, Terminal& terminal) {
    CheckInCommand longer;
    longer.every = arguments.length;
    TRY(run_check_in(globals, longer, terminal));
    terminal.say(
        "Until then nothing is asked of you. A check-in before that does not bring it nearer; only "
        " "
        "exhibit release  does.");
    return {};
}

Outcome run_check_in(Globals const& globals, CheckInCommand const& arguments, Terminal& terminal) {
    auto const folder = TRY(find_case(globals));
    auto const lock = TRY(folder.lock_check_in());
    auto const& info = folder.info();
    auto const terms = terms_of(info);
    auto interval = info.interval;
    auto grace = info.grace;
    if (!arguments.every.empty()) interval = TRY(parse_duration(arguments.every));
    if (!arguments.grace.empty()) grace = TRY(parse_duration(arguments.grace));
    auto const passphrase = TRY(case_passphrase(globals, terminal));
    auto const key = TRY(seal::unlock_witness_key(folder, passphrase));

    guard::LinkOptions const options{.socks5_proxy = globals.proxy};
    auto memory = TRY(folder.last_check_in());
    auto const nonce = SystemRandom().bytes<16>();
    std::vector<Envelope> fresh;
    for (auto& said : guard::ask_clocks(info, nonce, options)) {
        if (said.result.ok()) fresh.push_back(said.result->envelope());
    }
    auto stored = fresh;
    if (memory) stored.insert(stored.end(), memory->clocks.begin(), memory->clocks.end());
    std::optional<protocol::LastClaim> last;
    if (memory) last = {memory->claimed, !memory->acknowledgements.empty()};
    auto const claimed =
        protocol::choose_claimed(terms, fresh, nonce, wall_now(), last, interval, grace);
    auto carried = protocol::clocks_to_carry(terms, stored, claimed.time, interval, grace);
    if (!carried.ok()) {
        return Error{Fault::guardians,
                     "too few guardians answer, and their last clocks are too old to carry",
                     "",
                     "nothing was changed",
                     "try again from a better connection",
                     "clocks"};
    }
    auto const vouched = TRY(folder.vouched());
    CheckIn const check_in{.case_id = info.case_id,
                           .claimed = claimed.time,
                           .interval = interval,
                           .grace = grace,
                           .policy = info.policy,
                           .vouched = vouched.digest(),
                           .clocks = carried.take(),
                           .spoken = info.spoken};
    auto const signed_check_in = Signed<CheckIn>::sign(check_in, key);

    // On disk before anybody hears of it: killed in between, the next check-in must be newer than
    // this one.
    CheckInMemory now_known{signed_check_in.digest(),
                            claimed.time,
                            interval,
                            grace,
                            memory ? memory->safe_until : claimed.time,
                            {},
                            stored};
    if (now_known.clocks.size() > clocks_kept) now_known.clocks.resize(clocks_kept);
    TRY(folder.save(now_known));

    protocol::Acknowledgements acknowledgements(terms, signed_check_in.digest());
    std::vector<protocol::Heard> heard;
    std::string line;
    std::vector<std::string> reasons;
    for (auto& said : guard::tell_all(info, signed_check_in.envelope(), vouched, options)) {
        bool has = false;
        if (said.result.ok()) {
            heard.push_back({said.guardian.id(), wall_now()});
            for (auto const& reply : said.result->replies)
                has = acknowledgements.add(reply).ok() || has;
            if (!has && !said.result->refused.empty())
                reasons.push_back(said.guardian.name + ": " + in_words(said.result->refused));
        } else {
            reasons.push_back(said.result.error().what);
        }
        line += said.guardian.name + (has ? " ✓  " : " -  ");
    }
    auto const standing =
        protocol::standing(terms, check_in, acknowledgements.all().size(), heard, wall_now());
    for (auto const& one : acknowledgements.all())
        now_known.acknowledgements.push_back(one.envelope());
    if (acknowledgements.done())
        now_known.safe_until = std::max(now_known.safe_until, claimed.time + interval);
    TRY(folder.save(now_known));
    // Another process that works in the case may be writing the same file.
    if (auto const whole = folder.lock(); whole.ok()) remember_checkpoint(folder, globals);

    auto const deadline = claimed.time + interval;
    for (auto const& reason : reasons) terminal.warn(reason);
    terminal.say(line + std::to_string(acknowledgements.all().size()) + " of " +
                 std::to_string(info.quorum.n) + " have it" +
                 (acknowledgements.done() ? ": done. Next before " + show_time(deadline) +
                                                ".   Calendar: exhibit remind --ics"
                                          : "."));
    if (claimed.corrected && claimed.device_off > Duration::minutes(5))
        terminal.say("This device's clock is off by " + show_duration(claimed.device_off) +
                     "; the guardians' time was used.");
    tell_losses(standing, terminal);
    terminal.result({{"done", acknowledgements.done()},
                     {"acknowledged", acknowledgements.all().size()},
                     {"needed", info.quorum.acknowledgements()},
                     {"claimed", write_time(claimed.time)},
                     {"deadline", write_time(deadline)},
                     {"release_from", write_time(deadline + grace)},
                     {"check_in", signed_check_in.digest().hex()}});
    if (!acknowledgements.done()) {
        return Error{
            Fault::guardians,
            std::to_string(acknowledgements.all().size()) + " guardians have the check-in; " +
                std::to_string(info.quorum.acknowledgements()) + " are needed before it counts",
            "",
            "those that have it keep it and pass it on",
            "run  exhibit checkin  again soon",
            "not-done"};
    }
    return {};
}

}  // namespace exhibit::cli
