// exhibit device-lost: from another copy of the case, shut out the device that was lost. Killed at
// any moment, or with guardians that do not answer, the next run goes on where this one was.
#include <algorithm>

#include "cli/cli.hpp"
#include "guard/witness/rounds.hpp"
#include "protocol/shown.hpp"
#include "seal/replace_device.hpp"
#include "seal/unlock.hpp"

namespace exhibit::cli {
namespace {

// So many exhibits of a device that was taken may lie with one guardian and not with the others.
constexpr std::uint64_t exhibits_ahead_most = 1000;

// "3h" means three hours ago.
Result<WallTime> parse_since(std::string const& text, WallTime now) {
    if (text.empty()) return now;
    if (auto const time = parse_time(text); time.ok()) {
        if (*time <= now) return *time;
        return wrong_use("that is in the future").at(text).coded("time");
    }
    auto const ago = parse_duration(text);
    if (ago.ok()) return now - *ago;
    return wrong_use("is not a time like 3h (ago) or 2026-11-24T10:00:00.000Z")
        .at(text)
        .coded("time");
}

// Does the guardian take this secret? A signed clock over a fresh nonce says so.
Result<bool> takes(CaseInfo const& info, KnownGuardian guardian, ByteArray<32> const& secret,
                   guard::LinkOptions const& options) {
    guardian.access = secret;
    auto link = TRY(guard::Link::open(info.case_id, std::move(guardian), options));
    auto const clock = link.clock(terms_of(info), SystemRandom().bytes<16>());
    if (clock.ok()) return true;
    if (std::string_view(clock.error().code) == "forbidden") return false;
    return clock.error();
}

struct Told {
    KnownGuardian guardian;
    Outcome outcome;  // it takes the new secret and no longer the old one
};

Outcome tell(CaseInfo const& info, KnownGuardian const& guardian, PendingLoss const& pending,
             ByteArray<32> const& secret, guard::LinkOptions const& options) {
    auto link = TRY(guard::Link::open(info.case_id, guardian, options));
    auto const answer = link.message(pending.document);
    if (!answer.ok() && std::string_view(answer.error().code) == "signature") return answer.error();
    // A guardian that has newer word already is asked all the same: what counts is what it takes.
    if (!answer.ok() && answer.error().fault == Fault::world &&
        std::string_view(answer.error().code) != "conflict")
        return answer.error();
    auto const takes_new = TRY(takes(info, guardian, secret, options));
    if (!takes_new)
        return world_error(guardian.name + " does not take the new access secret")
            .coded("forbidden");
    if (guardian.access == secret) return {};  // confirmed by an earlier run
    auto const takes_old = TRY(takes(info, guardian, guardian.access, options));
    if (takes_old)
        return world_error(guardian.name + " still takes the old access secret").coded("access");
    return {};
}

std::vector<Told> tell_all(seal::CaseFolder& folder, PendingLoss const& pending,
                           guard::LinkOptions const& options) {
    std::vector<Told> all;
    auto const guardians = folder.info().guardians;
    for (auto const& guardian : guardians) {
        auto const access =
            std::ranges::find(pending.access, guardian.id(), &PendingLoss::Access::guardian);
        if (access == pending.access.end()) continue;
        auto outcome = tell(folder.info(), guardian, pending, access->secret, options);
        // The new key is used once a guardian has taken the witness's word for it, and not before:
        // what is sealed with another would belong to nobody. The secret is remembered at once: the
        // old one opens nothing there any more.
        if (outcome.ok()) outcome = seal::install_device(folder, pending);
        if (outcome.ok()) outcome = seal::confirm_loss(folder, guardian.id(), access->secret);
        all.push_back({guardian, std::move(outcome)});
    }
    return all;
}

// All that answer refuse it, and at least one does: it was signed with another key.
bool nobody_takes_it(std::vector<Told> const& told) {
    auto const code_of = [](Told const& one) {
        return one.outcome.ok() ? std::string_view("ok")
                                : std::string_view(one.outcome.error().code);
    };
    bool const refused =
        std::ranges::any_of(told, [&](auto const& one) { return code_of(one) == "signature"; });
    return refused && std::ranges::none_of(told, [&](auto const& one) {
               return code_of(one) == "ok" || code_of(one) == "access";
           });
}

// Whoever had the device may have sent exhibits: their numbers are taken at the guardians.
Outcome pass_over_taken_numbers(seal::CaseFolder const& folder, guard::LinkOptions const& options) {
    std::vector<std::uint64_t> named;
    for (auto const& said : guard::ask_status(folder.info(), SystemRandom().bytes<16>(), options)) {
        if (!said.result.ok()) continue;
        std::uint64_t last = 0;
        for (auto const& held : said.result->value().held)
            last = std::max<std::uint64_t>(last, held.number.get());
        named.push_back(last);
    }
    auto const next = TRY(folder.next_number());
    auto const last = protocol::highest_believed(named, folder.info().quorum.f, next.get() - 1,
                                                 exhibits_ahead_most);
    return folder.pass_over(ExhibitNumber(static_cast<std::uint32_t>(last)));
}

Result<PendingLoss> begin(Globals const& globals, DeviceLostCommand const& arguments,
                          seal::CaseFolder const& folder, Terminal& terminal) {
    auto begun = TRY(seal::pending_loss(folder));
    if (begun) {
        terminal.say("Going on with what was begun before.");
        return std::move(*begun);
    }
    auto const now = wall_now();
    auto const from = TRY(parse_since(arguments.since, now));
    auto const passphrase =
        TRY(terminal.passphrase(globals.passphrase_fd, "Passphrase:", Terminal::Secrecy::known));
    auto const key = TRY(seal::unlock_witness_key(folder, passphrase));
    return seal::begin_loss(folder, key, from, now);
}

}  // namespace

Outcome run_device_lost(Globals const& globals, DeviceLostCommand const& arguments,
                        Terminal& terminal) {
    auto folder = TRY(find_case(globals));
    auto const lock = TRY(folder.lock());
    auto const pending = TRY(begin(globals, arguments, folder, terminal));
    guard::LinkOptions const options{.socks5_proxy = globals.proxy, .timeout_ms = 8000};
    auto const told = tell_all(folder, pending, options);
    std::string line;
    std::size_t confirmed = 0;
    Json list = Json::array();
    for (auto const& one : told) {
        confirmed += one.outcome.ok();
        line += one.guardian.name + (one.outcome.ok() ? " ✓  " : " -  ");
        if (!one.outcome.ok()) terminal.warn(one.outcome.error().what);
        list.push_back({{"name", one.guardian.name}, {"confirmed", one.outcome.ok()}});
    }
    if (nobody_takes_it(told)) {
        TRY(seal::end_loss(folder));
        return Error{Fault::guardians,
                     "no guardian takes this word for the witness's",
                     "",
                     "nothing has changed, here or there",
                     "exhibit device-lost  again, with the passphrase for checking in",
                     "refused"};
    }
    terminal.say(line + std::to_string(confirmed) + " of " + std::to_string(told.size()) +
                 " have shut it out.");
    TRY(pass_over_taken_numbers(folder, options));
    bool const done = confirmed == told.size();
    if (done) TRY(seal::end_loss(folder));
    terminal.say(
        "What the lost device seals after " + show_time(pending.from) +
        " is marked in the release as possibly planted, and this device seals with a key of its "
        "own.\n"
        "It cannot upload to those who have shut it out. It can still show that you use Exhibit "
        "and who\n"
        "your guardians are; without the passphrase it cannot check in, and nothing on it opens "
        "what is "
        "sealed.\nNext:  exhibit checkin   (so that the guardians know what you vouch for)");
    terminal.result({{"guardians", list},
                     {"confirmed", confirmed},
                     {"done", done},
                     {"from", write_time(pending.from)}});
    if (!done)
        return Error{Fault::guardians,
                     std::to_string(told.size() - confirmed) +
                         " guardians have not confirmed; there the lost device may still upload",
                     "",
                     "the others tell them as soon as they can; nothing that was begun is lost",
                     "run  exhibit device-lost  again",
                     "not-done"};
    return {};
}

}  // namespace exhibit::cli
