// exhibit travel: the case lies with the guardians under a name that seven words give, and no
// longer here. Nothing is removed before it was fetched back, with the words as they were typed.
#include <algorithm>

#include "cli/cli.hpp"
#include "crypto/hash.hpp"
#include "formats/age/age.hpp"
#include "formats/diceware/diceware.hpp"
#include "guard/witness/send.hpp"
#include "guard/witness/travel.hpp"
#include "seal/travel.hpp"
#include "seal/unlock.hpp"
#include "seal/wipe.hpp"

namespace exhibit::cli {
namespace {

constexpr int tries_to_type = 3;

// One of the two files that every traveller leaves. Without a decoy the second has no sentence.
struct Side {
    std::optional<SecretBytes> sentence;
    Bytes package;
};

// A guardian that has both, and the keys that the sentences give with its address.
struct Holder {
    KnownGuardian guardian;
    std::optional<TravelKey> truth = {}, decoy = {};
};

struct Journey {
    seal::CaseFolder const& folder;
    guard::LinkOptions options;
    SigningKey key;
    Side truth, decoy;
    std::vector<Holder> holders = {};
};

Outcome check_all_is_sent(seal::CaseFolder const& folder) {
    auto const& numbers = folder.info().quorum;
    auto const enough = numbers.n - numbers.q + numbers.f + 1;
    auto const records = TRY(folder.exhibits());
    std::size_t missing = 0;
    for (auto const& record : records) {
        bool const held = guard::held_by(record).size() >= enough;
        // For a recording that was cut off nobody signs.
        missing += record.statement ? !held : !record.uploaded;
    }
    if (missing == 0) return {};
    return wrong_use(std::to_string(missing) + " of " + std::to_string(records.size()) +
                     " exhibits are not held by enough guardians")
        .still_safe("nothing was removed")
        .hint("exhibit send, then try again: what travels is the case without the ciphertexts")
        .coded("not-sent");
}

Result<SecretBytes> read_sentence(Globals const& globals, Terminal& terminal,
                                  std::string const& question) {
    auto const typed = TRY(terminal.secret(globals.sentence_fd, question, "the sentence"));
    // reveal: what was typed, into its one form.
    return diceware::parse_sentence(typed.reveal(), travel_words);
}

// Drawn here, or by dice.
Result<SecretBytes> new_sentence(Globals const& globals, Terminal& terminal) {
    if (globals.sentence_fd >= 0) return read_sentence(globals, terminal, "");
    return diceware::make_sentence(travel_words);
}

Result<bool> wants_decoy(Globals const& globals, Travel const& arguments, Terminal& terminal) {
    if (arguments.decoy || globals.sentence_fd >= 0 || !terminal.can_ask()) return arguments.decoy;
    terminal.say(
        "If somebody forces you to open the case, a second sentence can open a decoy of it, in "
        "which\n"
        "only your other passphrase works. Without one, nobody can tell that there is none.");
    auto const typed = TRY(terminal.ask("Make a decoy? [y/N]"));
    return typed == "y" || typed == "Y" || typed == "yes";
}

// The decoy's package, or as many random bytes.
Result<Bytes> decoy_package(Globals const& globals, seal::CaseFolder const& folder,
                            seal::TravelPackage const& package, std::string const& true_file,
                            bool wanted, Terminal& terminal) {
    if (!wanted) {
        auto tar = TRY(seal::write_travel_package(package));
        SystemRandom().fill(tar);
        return tar;
    }
    auto const other = TRY(
        terminal.secret(globals.passphrase_fd, "Your other passphrase:", "the other passphrase"));
    auto const opened = TRY(seal::open_key_file(folder, other));
    if (opened.file == true_file) {
        return wrong_use("both passphrases open the same key")
            .still_safe("nothing was sent, nothing was removed")
            .hint("a decoy needs the other passphrase, which you chose at  exhibit init")
            .coded("passphrase");
    }
    auto const decoy = TRY(seal::make_decoy(package, true_file));
    return seal::write_travel_package(decoy);
}

// What goes to one guardian for one side: to a key from the sentence, or to nobody.
Result<guard::Luggage> pack(Side const& side, GuardianAddress const& address,
                            std::optional<TravelKey>& key) {
    if (!side.sentence) {
        auto file = TRY(age::encrypt(side.package, age::X25519Identity::generate().recipient()));
        return guard::Luggage{SystemRandom().bytes<32>(), std::move(file)};
    }
    key = TRY(derive_travel_key(*side.sentence, address));
    auto file = TRY(age::encrypt(side.package, key->identity.recipient()));
    return guard::Luggage{key->name, std::move(file)};
}

Result<Holder> leave_with(Journey const& journey, KnownGuardian const& guardian) {
    auto link = TRY(guard::Link::open(journey.folder.info().case_id, guardian, journey.options));
    Holder holder{guardian};
    auto truth = TRY(pack(journey.truth, guardian.address, holder.truth));
    auto decoy = TRY(pack(journey.decoy, guardian.address, holder.decoy));
    TRY(guard::leave_luggage(link, journey.key, wall_now(), {std::move(truth), std::move(decoy)}));
    return holder;
}

// So many guardians must give it back before it is removed here: f of them may refuse it later, and
// one may be gone tomorrow.
std::size_t proofs_needed(Journey const& journey) {
    return std::max<std::size_t>(2, journey.folder.info().quorum.f + 1);
}

Error too_few(Journey const& journey, std::size_t count, std::string const& what) {
    return Error{Fault::guardians,
                 std::to_string(count) + " guardians " + what + "; " +
                     std::to_string(proofs_needed(journey)) + " are needed",
                 "",
                 "nothing was removed from this device",
                 "try again from a better connection:  exhibit travel",
                 "silent"};
}

Outcome leave_everywhere(Journey& journey, Terminal& terminal) {
    std::string line = "Leaving the case with ...";
    for (auto const& guardian : journey.folder.info().guardians) {
        auto left = leave_with(journey, guardian);
        line += " " + guardian.name + (left.ok() ? " ✓" : " -");
        if (left.ok())
            journey.holders.push_back(left.take());
        else
            terminal.warn(left.error().what);
        if (interrupted()) return too_few(journey, journey.holders.size(), "have it so far");
    }
    terminal.say(line);
    if (journey.holders.size() < proofs_needed(journey))
        return too_few(journey, journey.holders.size(), "took it");
    return {};
}

// Shown, hidden again, and typed back until it is the same.
Outcome teach(SecretBytes const& sentence, std::string const& which, Terminal& terminal) {
    for (int i = 0; i < tries_to_type; ++i) {
        TRY(terminal.show_until_enter(which, sentence,
                                      "Learn them. Write nothing down. Enter hides them."));
        auto const typed = TRY(terminal.ask_secret("Type them back:"));
        // reveal: what was typed, into its one form.
        auto const words = diceware::parse_sentence(typed.reveal(), travel_words);
        if (words.ok() && equal(*words, sentence)) return {};
        terminal.warn(words.ok() ? "these are other words" : words.error().what);
    }
    return wrong_use("the words were not typed back")
        .still_safe(
            "nothing was removed from this device; what was left with the guardians opens "
            "with these words only")
        .hint("try again when there is time to learn them:  exhibit travel")
        .coded("sentence");
}

// As `return` will do it: by the name that address and words give, from whatever certificate.
Outcome fetch_back(Journey const& journey, KnownGuardian const& guardian, Side const& side,
                   TravelKey const& key) {
    auto const file = TRY(guard::fetch_luggage(guardian.address, key.name, journey.options));
    auto const package = TRY(age::decrypt(file, key.identity, travel_bytes_max));
    if (package != side.package)
        return bad_input(guardian.name + " gave back something else").coded("travel");
    return {};
}

Outcome prove(Journey const& journey, Terminal& terminal) {
    std::string names;
    std::size_t proofs = 0;
    for (auto const& holder : journey.holders) {
        auto back = fetch_back(journey, holder.guardian, journey.truth, *holder.truth);
        if (back.ok() && holder.decoy)
            back = fetch_back(journey, holder.guardian, journey.decoy, *holder.decoy);
        if (!back.ok()) {
            terminal.warn(back.error().what);
            continue;
        }
        names += (names.empty() ? "" : ", ") + holder.guardian.name;
        ++proofs;
    }
    if (proofs < proofs_needed(journey)) return too_few(journey, proofs, "gave it back");
    terminal.say("Fetched back from " + names + ": ✓");
    return {};
}

std::string addresses_of(Journey const& journey) {
    std::string out;
    for (auto const& holder : journey.holders)
        out += (out.empty() ? "" : "  ") + holder.guardian.address.short_text();
    return out;
}

void tell_what_stays(seal::Wiped const& wiped, Terminal& terminal) {
    if (wiped.flash || wiped.copy_on_write) {
        terminal.say(
            std::string("This disk ") +
            (wiped.flash ? "is flash memory" : "copies what is written over") +
            ": what was overwritten may still lie in blocks that only a laboratory reads.\n"
            "A disk that was encrypted from the start is the only cure.");
    }
    terminal.say("What Exhibit cannot remove: exhibit leftovers");
}

}  // namespace

Outcome run_travel(Globals const& globals, Travel const& arguments, Terminal& terminal) {
    auto const folder = TRY(find_case(globals));
    auto const lock = TRY(folder.lock());
    auto const check_in_lock = TRY(folder.lock_check_in());
    TRY(check_all_is_sent(folder));
    auto package = TRY(seal::gather_package(folder));
    seal::note_wipe(package, wall_now());
    auto const passphrase =
        TRY(terminal.passphrase(globals.passphrase_fd, "Passphrase:", Terminal::Secrecy::known));
    auto opened = TRY(seal::open_key_file(folder, passphrase));
    auto const decoy_wanted = TRY(wants_decoy(globals, arguments, terminal));

    Journey journey{folder, {.socks5_proxy = globals.proxy}, std::move(opened.key), {}, {}};
    journey.truth.package = TRY(seal::write_travel_package(package));
    journey.decoy.package =
        TRY(decoy_package(globals, folder, package, opened.file, decoy_wanted, terminal));
    journey.truth.sentence = TRY(new_sentence(globals, terminal));
    if (decoy_wanted) {
        journey.decoy.sentence = TRY(new_sentence(globals, terminal));
        if (equal(*journey.truth.sentence, *journey.decoy.sentence))
            return wrong_use("both sentences are the same").coded("sentence");
    }
    TRY(leave_everywhere(journey, terminal));
    if (globals.sentence_fd < 0) {
        TRY(teach(*journey.truth.sentence, "Your seven words:", terminal));
        if (decoy_wanted)
            TRY(teach(*journey.decoy.sentence,
                      "The seven words of the decoy (other words, other passphrase):", terminal));
    }
    TRY(prove(journey, terminal));
    auto const name = folder.name();
    auto const wiped = TRY(seal::wipe_case(folder.path()));
    terminal.say(name + " is removed from this device (" + std::to_string(wiped.files) +
                 " files overwritten and deleted).\n"
                 "With your words and one of these addresses you can go on from any machine:\n  " +
                 addresses_of(journey) + "\nThere:  exhibit return " +
                 journey.holders.front().guardian.address.short_text());
    tell_what_stays(wiped, terminal);
    Json addresses = Json::array();
    for (auto const& holder : journey.holders)
        addresses.push_back(holder.guardian.address.short_text());
    terminal.result({{"name", name},
                     {"addresses", addresses},
                     {"files_removed", wiped.files},
                     {"flash", wiped.flash},
                     {"copy_on_write", wiped.copy_on_write}});
    return {};
}

}  // namespace exhibit::cli
