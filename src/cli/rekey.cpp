// exhibit rekey: another key and other guardians, for what is sealed from now on.
#include "cli/audience.hpp"
#include "cli/epochs.hpp"
#include "cli/new_case.hpp"
#include "seal/unlock.hpp"

namespace exhibit::cli {
namespace {

// As the epoch before it, but for the guardians and what follows from their number. The audience is
// asked for: what this device believes of it may have been said by whoever forced her.
Result<NewCase> wish_after(CaseInfo const& before, Globals const& globals, Rekey const& arguments,
                           Terminal& terminal) {
    NewCase wish;
    wish.invitations = TRY(read_invitations(arguments.guardians));
    wish.quorum = TRY(default_quorum(static_cast<unsigned>(wish.invitations.size()),
                                     arguments.trust_every_guardian));
    wish.interval = before.interval;
    wish.grace = before.grace;
    wish.audience = TRY(choose_audience(arguments.audience, terminal));
    wish.drill = before.drill;
    wish.floors = before.drill ? drill_floors : usual_floors;
    wish.paper_shares = arguments.paper;
    wish.cards = arguments.cards;
    wish.options.socks5_proxy = globals.proxy;
    return wish;
}

// Both must be what they were: one that opens only some epochs opens none (epochs.hpp). Which of
// them is the true one nobody can tell here.
Result<Passphrases> same_passphrases(Globals const& globals, Rekey const& arguments,
                                     seal::CaseFolder const& before, Terminal& terminal) {
    auto own = TRY(case_passphrase(globals, terminal));
    auto const opened = TRY(seal::open_key_file(before, own));
    // Without it the passphrase for duress would be wrong from now on, when it is needed most.
    if (arguments.no_duress) return Passphrases{std::move(own), {}};
    auto const needed = wrong_use("the passphrase for when you are forced is needed, too")
                            .coded("duress")
                            .hint("--duress-fd NUMBER; --no-duress if there never was one");
    // A script has no terminal to ask at.
    if (globals.passphrase_fd >= 0 && arguments.duress_fd < 0) return Error(needed);
    auto duress = TRY(terminal.passphrase_or_none(
        arguments.duress_fd, "The other passphrase, for when you are forced:"));
    if (duress.size() == 0) return Error(needed);
    auto const other = TRY(seal::open_key_file(before, duress));
    if (other.file == opened.file)
        return wrong_use("both passphrases are the same").coded("passphrase");
    return Passphrases{std::move(own), std::move(duress)};
}

}  // namespace

Outcome run_rekey(Globals const& globals, Rekey const& arguments, Terminal& terminal) {
    auto const chosen = TRY(chosen_case(globals));
    auto const epochs = epochs_of(globals, chosen);
    if (epochs.empty()) return wrong_use("there is no such case").at(chosen).coded("no-case");
    auto const before = TRY(seal::CaseFolder::open(cases_folder(globals) / epochs.back().name));
    auto const lock = TRY(before.lock());
    if (!before.info().changes.empty()) {
        return wrong_use("a change of the policy is under way")
            .coded("change")
            .hint("exhibit policy --case " + epochs.back().name + "   says how far it is");
    }
    auto wish = TRY(wish_after(before.info(), globals, arguments, terminal));
    auto const number = epochs.back().number + 1;
    auto const name = epoch_name(first_name(chosen), number);
    wish.folder = cases_folder(globals) / name;

    auto meeting = TRY(meet_guardians(wish, terminal));
    auto passphrases = TRY(same_passphrases(globals, arguments, before, terminal));
    auto const made = TRY(begin_case(wish, std::move(meeting), std::move(passphrases), terminal));
    remember_first_checkpoint(wish.folder, globals);

    terminal.say(
        "\nWhat you seal from now on goes to the new guardians, under a new key (" + name +
        ").\nIf you fall silent, " + audience_sentence(wish.audience) +
        ".\nWhat was sealed before stays with the old ones, for those whom you chose then.\n"
        "checkin, status, send and release speak to all of them.");
    terminal.say("Next:  exhibit contacts FILE --case " + name +
                 "   (the new guardians know none)");
    terminal.result({{"case", made.info.case_id.text()},
                     {"name", name},
                     {"epoch", number},
                     {"n", wish.quorum.n},
                     {"k", wish.quorum.k},
                     {"q", wish.quorum.q},
                     {"f", wish.quorum.f}});
    return {};
}

}  // namespace exhibit::cli
