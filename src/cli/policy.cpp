// exhibit policy show | change | cancel: who gets it, and how that is changed. A change cools off
// with every guardian; a word of duress meanwhile stops it (rule 6).
#include "cli/policy.hpp"

#include <algorithm>
#include <map>

#include "cli/audience.hpp"
#include "protocol/shown.hpp"
#include "seal/unlock.hpp"

namespace exhibit::cli {
namespace {

using Statuses = std::vector<guard::Said<Signed<CaseStatus>>>;

// So many changes may wait with one guardian and not yet with the others.
constexpr std::uint64_t versions_ahead_most = 100;

// What guardians have in force: the highest version that f+1 of them name.
struct InForce {
    DocumentDigest policy;
    unsigned version = 0;
    std::size_t confirmed = 0;  // by how many, with nothing adopted under an older one
};

InForce in_force_of(CaseInfo const& info, Statuses const& all) {
    std::map<std::pair<unsigned, DocumentDigest>, std::pair<std::size_t, std::size_t>> counts;
    for (auto const& said : all) {
        if (!said.result.ok()) continue;
        auto const& one = said.result->value().in_force;
        auto& [named, confirmed] = counts[{one.version, one.policy}];
        ++named;
        confirmed += one.confirmed;
    }
    InForce found{info.policy, 0, 0};
    for (auto const& [what, count] : counts) {
        if (count.first > info.quorum.f) found = {what.second, what.first, count.second};
    }
    return found;
}

// The terms that f+1 guardians give in the same words; the key of whoever signs is put in.
Result<Policy> fetch_terms(CaseInfo const& info, PublicKey const& witness,
                           guard::LinkOptions const& options) {
    std::map<Bytes, std::size_t> texts;
    for (auto const& guardian : info.guardians) {
        auto link = guard::Link::open(info.case_id, guardian, options);
        auto text = link.ok() ? link->terms_text() : Result<Bytes>(link.take_error());
        if (text.ok() && ++texts[*text] > info.quorum.f) return parse_terms(*text, witness);
    }
    return Error{Fault::guardians,
                 "too few guardians agree on the policy in force",
                 "",
                 "nothing was changed",
                 "try again when more of them answer",
                 "terms"};
}

// Above what is in force, what waits, and what this device has signed.
unsigned next_version(CaseInfo const& info, Statuses const& all, unsigned in_force) {
    std::vector<std::uint64_t> named;
    for (auto const& said : all) {
        if (!said.result.ok()) continue;
        auto& highest = named.emplace_back(0);
        for (auto const& one : said.result->value().changes)
            highest = std::max<std::uint64_t>(highest, one.version);
    }
    auto known = in_force;
    for (auto const& one : info.changes) known = std::max(known, one.version);
    auto const highest =
        protocol::highest_believed(named, info.quorum.f, known, versions_ahead_most);
    return static_cast<unsigned>(highest) + 1;
}

struct Sent {
    std::size_t taken = 0;
    std::vector<WallTime> cooled_off;  // as each of them says
    std::string line;
};

Sent send_change(CaseInfo const& info, Signed<Policy> const& policy,
                 guard::LinkOptions const& options, Terminal& terminal) {
    auto const terms = terms_of(info);
    Sent sent;
    for (auto& said : guard::tell_all(info, policy.envelope(), std::nullopt, options)) {
        bool has = false;
        if (said.result.ok()) {
            for (auto const& reply : said.result->replies) {
                auto const receipt = open_from_guardian<PolicyReceipt>(reply, terms);
                if (!receipt.ok() || receipt.value()->policy != policy.digest()) continue;
                if (std::exchange(has, true)) continue;
                sent.cooled_off.push_back(receipt.value()->cooled_off);
            }
            if (!has && !said.result->refused.empty())
                terminal.warn(said.guardian.name + ": " + said.result->refused);
        } else {
            terminal.warn(said.result.error().what);
        }
        sent.taken += has;
        sent.line += said.guardian.name + (has ? " ✓  " : " -  ");
    }
    return sent;
}

Outcome sign_and_send(Globals const& globals, bool cancels,
                      std::vector<AudienceStage> const& audience, Terminal& terminal) {
    auto folder = TRY(find_case(globals));
    auto const lock = TRY(folder.lock());
    auto info = folder.info();
    guard::LinkOptions const options{.socks5_proxy = globals.proxy};
    auto const passphrase =
        TRY(terminal.passphrase(globals.passphrase_fd, "Passphrase:", Terminal::Secrecy::known));
    auto const key = TRY(seal::unlock_witness_key(folder, passphrase));
    auto const all = guard::ask_status(info, SystemRandom().bytes<16>(), options);
    auto const before = in_force_of(info, all);
    auto next = TRY(fetch_terms(info, key.public_key(), options));
    next.version = next_version(info, all, next.version);
    next.predecessor = before.policy;
    // What is shown may come from a forced change; floors that a free one took over would keep her
    // own check-ins out.
    auto const& floors = info.drill ? drill_floors : usual_floors;
    next.floors.interval_least = floors.interval_least;
    next.floors.grace_least = floors.grace_least;
    next.cancelled = cancels;
    next.audience = audience;
    next.created = wall_now();
    auto const policy = Signed<Policy>::sign(next, key);
    TRY(Policy::parse_payload(policy.envelope().payload));

    // On disk before anybody hears of it: the next one must have another number.
    info.changes.push_back({policy.digest(), next.version, cancels, audience});
    TRY(folder.save(info));
    auto const sent = send_change(info, policy, options, terminal);
    if (sent.taken == 0) {
        return Error{Fault::guardians,
                     "no guardian answered that it has the change",
                     "",
                     "the old policy is in force; the change may have arrived all the same",
                     "exhibit policy show,  then try again from a better connection",
                     "silent"};
    }
    // A later time, which one liar names, would have her say no too late.
    auto const cooled_off = protocol::earliest_for_q(info.quorum, sent.cooled_off);
    terminal.say(sent.line + std::to_string(sent.taken) + " of " + std::to_string(info.quorum.n) +
                 " have it and pass it on. It cools off until " + show_time(cooled_off) +
                 ", then " + std::to_string(info.quorum.q) + " of them put it in force.");
    terminal.say("If you were forced to this: check in with your other passphrase before then.");
    terminal.say("Next:  exhibit status");
    terminal.result({{"version", next.version},
                     {"policy", policy.digest().hex()},
                     {"taken", sent.taken},
                     {"cooled_off", write_time(cooled_off)}});
    return {};
}

std::string audience_of(CaseInfo::Change const& change) {
    return change.cancels ? "the case ends, and nothing is released"
                          : audience_sentence(change.audience);
}

}  // namespace

Result<CaseInfo> note_changes(seal::CaseFolder& folder, Statuses const& all,
                              guard::LinkOptions const& options, Terminal& terminal) {
    auto info = folder.info();
    auto const now = in_force_of(info, all);
    if (now.version == 0 || now.policy == info.policy) return info;
    auto const found = std::ranges::find_if(
        info.changes, [&](auto const& one) { return one.policy == now.policy; });
    if (found != info.changes.end()) {
        info.audience = found->audience;
        terminal.say("Version " + std::to_string(now.version) +
                     " of the policy is in force: " + audience_of(*found) + ".");
    } else {
        terminal.warn("version " + std::to_string(now.version) +
                      " of the policy is in force, and was not signed on this device");
        // The key matters to nothing here.
        auto const terms = fetch_terms(info, info.guardians.front().key, options);
        bool const known = terms.ok() && terms->version == now.version;
        info.audience = known ? terms->audience : std::vector<AudienceStage>();
    }
    info.policy = now.policy;
    auto const is_over = [&](auto const& one) { return one.version <= now.version; };
    std::erase_if(info.changes, is_over);
    auto const lock = folder.lock();
    if (!lock.ok()) return info;
    // What another process has written since this one read it must not be lost.
    folder = TRY(seal::CaseFolder::open(folder.path()));
    auto there = folder.info();
    there.policy = info.policy;
    there.audience = info.audience;
    std::erase_if(there.changes, is_over);
    TRY(folder.save(std::move(there)));
    return folder.info();
}

Outcome run_policy_show(Globals const& globals, Terminal& terminal) {
    auto folder = TRY(find_case(globals));
    guard::LinkOptions const options{.socks5_proxy = globals.proxy, .timeout_ms = 8000};
    auto const all = guard::ask_status(folder.info(), SystemRandom().bytes<16>(), options);
    auto const info = TRY(note_changes(folder, all, options, terminal));
    auto const now = in_force_of(info, all);
    if (now.version == 0) {
        return Error{Fault::guardians, "too few guardians answer", "", "", "try again", "silent"};
    }
    auto const need = info.quorum.acknowledgements();
    terminal.say("Version " + std::to_string(now.version) + " is in force" +
                 (now.confirmed >= need
                      ? ": nothing can be released under an older one."
                      : ", confirmed by " + std::to_string(now.confirmed) + " of the " +
                            std::to_string(need) + " that it takes."));
    if (!info.audience.empty())
        terminal.say("If you fall silent, " + audience_sentence(info.audience) + ".");
    Json changes = Json::array();
    std::map<unsigned, std::vector<WallTime>> waiting;
    for (auto const& said : all) {
        if (!said.result.ok()) continue;
        for (auto const& one : said.result->value().changes)
            waiting[one.version].push_back(one.cooled_off);
    }
    for (auto const& [version, times] : waiting) {
        auto const until = protocol::earliest_for_q(info.quorum, times);
        terminal.say("Version " + std::to_string(version) + " cools off until " + show_time(until) +
                     ".");
        changes.push_back({{"version", version}, {"cooled_off", write_time(until)}});
    }
    terminal.result({{"version", now.version},
                     {"policy", now.policy.hex()},
                     {"confirmed", now.confirmed},
                     {"needed", need},
                     {"changes", changes}});
    return {};
}

Outcome run_policy_change(Globals const& globals, PolicyCommand const& arguments,
                          Terminal& terminal) {
    auto const audience = TRY(choose_audience(arguments.audience, terminal));
    return sign_and_send(globals, false, audience, terminal);
}

Outcome run_policy_cancel(Globals const& globals, PolicyCommand const& arguments,
                          Terminal& terminal) {
    auto const folder = TRY(find_case(globals));
    terminal.say("This ends " + folder.name() +
                 ": after the cool-off the guardians' clocks stop, and nothing is released.");
    if (!arguments.yes) {
        auto const typed = TRY(terminal.ask("Type the case name to go on:"));
        if (typed != folder.name())
            return wrong_use("that is not the name of the case")
                .still_safe("nothing was changed")
                .coded("name");
    }
    return sign_and_send(globals, true, {}, terminal);
}

}  // namespace exhibit::cli
