// exhibit init: keys, shares, guardians, audience. Ends only when every guardian has confirmed its
// share.
#include <algorithm>

#include "cli/audience.hpp"
#include "cli/new_case.hpp"
#include "seal/unlock.hpp"

namespace exhibit::cli {
namespace {

Result<Passphrases> choose_passphrases(Globals const& globals, Init const& arguments,
                                       Terminal& terminal) {
    auto own = TRY(terminal.passphrase(
        globals.passphrase_fd,
        "Choose a passphrase for checking in (a sentence is best):", Terminal::Secrecy::fresh));
    SecretBytes duress;
    // Whoever hands the first one in by a descriptor is a script: it is not asked.
    if (globals.passphrase_fd < 0 || arguments.duress_fd >= 0) {
        terminal.say(
            "If someone forces you, you can type another passphrase. It will look as if you had\n"
            "checked in, and the clock will keep running.");
        duress = TRY(terminal.passphrase_or_none(
            arguments.duress_fd, "Choose it now, or press Enter to leave it to chance:"));
    }
    return Passphrases{std::move(own), std::move(duress)};
}

// Everything of the case that the arguments say, checked. The audience is asked for later.
Result<NewCase> read_wish(Globals const& globals, Init const& arguments, Terminal const& terminal) {
    NewCase wish;
    wish.folder = cases_folder(globals) / arguments.name;
    if (arguments.name.empty() || arguments.name.find_first_of("/~") != std::string::npos ||
        arguments.name.starts_with(".")) {
        return wrong_use("a case needs a plain name").at(arguments.name).coded("name");
    }
    if (is_there(wish.folder)) {
        return wrong_use("there is already a case of that name")
            .at(wish.folder.string())
            .coded("exists")
            .hint("choose another name");
    }
    wish.invitations = TRY(read_invitations(arguments.guardians));
    wish.quorum = TRY(default_quorum(static_cast<unsigned>(wish.invitations.size()),
                                     arguments.trust_every_guardian));
    if (arguments.k != 0) wish.quorum.k = arguments.k;
    if (arguments.q != 0) wish.quorum.q = arguments.q;
    if (arguments.f >= 0) wish.quorum.f = static_cast<unsigned>(arguments.f);
    TRY(check_quorum(wish.quorum, arguments.trust_every_guardian));
    wish.interval = TRY(parse_duration(arguments.every));
    wish.grace = TRY(parse_duration(arguments.grace));
    wish.drill = arguments.drill;
    wish.floors = arguments.drill ? drill_floors : usual_floors;
    if (wish.interval < wish.floors.interval_least || wish.grace < wish.floors.grace_least) {
        return wrong_use(
                   "interval and grace are at least 24 h each, so that one bad day is not an alarm")
            .coded("floors")
            .hint("a rehearsal may be quicker: exhibit drill");
    }
    wish.paper_shares = arguments.paper;
    wish.cards = arguments.cards;
    if (arguments.paper > 0 && arguments.cards.empty() && terminal.json()) {
        return wrong_use("shares on paper and --json do not go together without a folder")
            .coded("cards")
            .hint("say where the cards go:  --cards FOLDER");
    }
    wish.options.socks5_proxy = globals.proxy;
    return wish;
}

// The case is there already; what fails now can be done again.
void hand_out_contacts(NewCase const& wish, SecretBytes const& passphrase, Contacts contacts,
                       Terminal& terminal) {
    auto const told = [&]() -> Outcome {
        auto const folder = TRY(seal::CaseFolder::open(wish.folder));
        auto const key = TRY(seal::unlock_witness_key(folder, passphrase));
        TRY(tell_contacts(folder.info(), key, std::move(contacts), wish.options, terminal));
        return {};
    }();
    if (!told.ok()) terminal.warn(told.error().what + "; later:  exhibit contacts FILE");
}

}  // namespace

Outcome run_init(Globals const& globals, Init const& arguments, Terminal& terminal) {
    auto wish = TRY(read_wish(globals, arguments, terminal));
    wish.audience = TRY(choose_audience(arguments.audience, terminal));
    std::optional<Contacts> contacts;
    if (!arguments.contacts.empty()) contacts = TRY(read_contacts(arguments.contacts));

    Meeting meeting = TRY(meet_guardians(wish, terminal));
    terminal.say("  " + std::to_string(wish.quorum.k) +
                 " of them together could open the footage; " + std::to_string(wish.quorum.q) +
                 " must agree before it is released; " + std::to_string(wish.quorum.f) +
                 " may be dead or dishonest.");
    auto passphrases = TRY(choose_passphrases(globals, arguments, terminal));
    auto const own = passphrases.own.clone();
    auto const made = TRY(begin_case(wish, std::move(meeting), std::move(passphrases), terminal));
    remember_first_checkpoint(wish.folder, globals);
    if (contacts) hand_out_contacts(wish, own, std::move(*contacts), terminal);

    terminal.say("\nCase \"" + arguments.name + "\" is ready" + (wish.drill ? " (a DRILL)" : "") +
                 ". Nothing on this device can open what you seal.");
    terminal.say("If you do not check in for " + show_duration(wish.interval) +
                 ", and then for another " + show_duration(wish.grace) + " of warnings, " +
                 audience_sentence(wish.audience) + ". A forgotten passphrase is silence too.");
    terminal.say("Next:  exhibit seal FILE...      Rehearse first:  exhibit drill");
    terminal.result(
        {{"case", made.info.case_id.text()},
         {"name", arguments.name},
         {"drill", wish.drill},
         {"n", wish.quorum.n},
         {"k", wish.quorum.k},
         {"q", wish.quorum.q},
         {"f", wish.quorum.f},
         {"deadline", write_time(made.first_check_in.claimed + wish.interval)},
         {"release_from", write_time(made.first_check_in.claimed + wish.interval + wish.grace)}});
    return {};
}

}  // namespace exhibit::cli
