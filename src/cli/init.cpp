// exhibit init: keys, shares, guardians, audience. Ends only when every guardian has confirmed its
// share.
#include <algorithm>

#include "cli/cli.hpp"
#include "cli/new_case.hpp"
#include "seal/share_card.hpp"
#include "seal/unlock.hpp"

namespace exhibit::cli {
namespace {

constexpr std::string_view public_means =
    "  A public release publishes the case key: everything in every file is then public, also the "
    "place,\n"
    "  the time and the faces that the camera recorded.";

// Asked for, never defaulted (architecture §4).
Result<std::vector<AudienceStage>> choose_audience(Init const& arguments, Terminal& terminal) {
    std::string choice = arguments.audience;
    if (choice.empty()) {
        terminal.say(
            "Who shall have it if you fall silent?  [1] people you name (a lawyer, a newsroom)  "
            "[2] them first, the public later  [3] the public at once");
        terminal.say(std::string(public_means));
        auto const typed = terminal.ask(">");
        if (!typed.ok()) {
            return wrong_use("who shall have it if you fall silent?")
                .coded("audience")
                .hint(
                    "say  --audience named --to age1…,  --audience staged --to age1… "
                    "--public-after 30d,  or  --audience public");
        }
        choice = *typed == "1"   ? "named"
                 : *typed == "2" ? "staged"
                 : *typed == "3" ? "public"
                                 : *typed;
    }
    if (choice != "named" && choice != "staged" && choice != "public") {
        return wrong_use("the audience is named, staged or public").at(choice).coded("audience");
    }
    if (choice != "named") terminal.say(std::string(public_means));
    std::vector<AudienceStage> stages;
    if (choice != "public") {
        AudienceStage named;
        named.recipients = arguments.to;
        if (named.recipients.empty()) {
            auto const typed = TRY(terminal.ask("Their key (age1...):"));
            named.recipients.push_back(typed);
        }
        stages.push_back(std::move(named));
    }
    if (choice != "named") {
        AudienceStage everyone;
        everyone.who = AudienceStage::Who::everyone;
        if (choice == "staged") everyone.after = TRY(parse_duration(arguments.public_after));
        stages.push_back(std::move(everyone));
    }
    return stages;
}

Outcome hand_out_cards(Init const& arguments, seal::MadeCase const& made, Terminal& terminal) {
    auto const count = static_cast<unsigned>(made.paper_shares.size());
    for (unsigned i = 0; i < count; ++i) {
        seal::ShareCard const card{i + 1, count, made.info.quorum.k, made.info.drill};
        if (arguments.cards.empty()) {
            auto const text = TRY(seal::show_share_card(card, made.paper_shares[i]));
            // reveal: the person asked for the share on paper, and this terminal is the paper.
            std::fwrite(text.reveal().data(), 1, text.size(), stdout);
            continue;
        }
        auto const page = TRY(seal::write_share_card(card, made.paper_shares[i]));
        TRY(make_folders(arguments.cards));
        TRY(replace_file(Path(arguments.cards) / ("share-card-" + std::to_string(i + 1) + ".html"),
                         page.reveal()));
    }
    if (count > 0 && !arguments.cards.empty()) {
        TRY(replace_file(Path(arguments.cards) / "case-key.age", made.case_key_age));
        terminal.say("Share cards are in " + arguments.cards +
                     ": print them, hand each to one person, remove the files.");
    }
    return {};
}

std::string audience_sentence(std::vector<AudienceStage> const& audience) {
    if (audience.front().who == AudienceStage::Who::everyone) return "the public gets it";
    std::string out = "the people you named get it";
    if (audience.size() > 1)
        out += "; " + show_duration(audience[1].after) +
               " later the public, unless they sign that they have it in hand";
    return out;
}

// Everything of the case that the arguments say, checked. The audience is asked for later.
Result<NewCase> read_wish(Globals const& globals, Init const& arguments, Terminal const& terminal) {
    NewCase wish;
    wish.folder = cases_folder(globals) / arguments.name;
    if (arguments.name.empty() || arguments.name.find('/') != std::string::npos ||
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
    wish.floors = arguments.drill
                      ? Floors{Duration::ms(500), Duration::ms(500), Duration::seconds(1)}
                      : usual_floors;
    if (wish.interval < wish.floors.interval_least || wish.grace < wish.floors.grace_least) {
        return wrong_use(
                   "interval and grace are at least 24 h each, so that one bad day is not an alarm")
            .coded("floors")
            .hint("a rehearsal may be quicker: exhibit drill");
    }
    wish.paper_shares = arguments.paper;
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
    wish.audience = TRY(choose_audience(arguments, terminal));
    std::optional<Contacts> contacts;
    if (!arguments.contacts.empty()) contacts = TRY(read_contacts(arguments.contacts));

    Meeting meeting = TRY(meet_guardians(wish, terminal));
    terminal.say("  " + std::to_string(wish.quorum.k) +
                 " of them together could open the footage; " + std::to_string(wish.quorum.q) +
                 " must agree before it is released; " + std::to_string(wish.quorum.f) +
                 " may be dead or dishonest.");
    auto const passphrase = TRY(terminal.passphrase(
        globals.passphrase_fd,
        "Choose a passphrase for checking in (a sentence is best):", Terminal::Secrecy::fresh));
    auto const made = TRY(begin_case(wish, std::move(meeting), passphrase, terminal));
    TRY(hand_out_cards(arguments, made, terminal));
    remember_first_checkpoint(wish.folder, globals);
    if (contacts) hand_out_contacts(wish, passphrase, std::move(*contacts), terminal);

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
