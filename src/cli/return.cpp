// exhibit return: the case from the guardians again, on any machine, with an address and seven
// words.
#include "cli/cli.hpp"
#include "formats/age/age.hpp"
#include "formats/diceware/diceware.hpp"
#include "guard/witness/rounds.hpp"
#include "guard/witness/travel.hpp"
#include "protocol/shown.hpp"
#include "seal/travel.hpp"

namespace exhibit::cli {
namespace {

Result<std::vector<GuardianAddress>> read_addresses(std::vector<std::string> const& texts) {
    std::vector<GuardianAddress> addresses;
    for (auto const& text : texts) {
        auto address = TRY(GuardianAddress::parse(text));
        addresses.push_back(std::move(address));
    }
    return addresses;
}

Result<seal::TravelPackage> fetch_from(GuardianAddress const& address, SecretBytes const& sentence,
                                       guard::LinkOptions const& options) {
    auto const derived = TRY(derive_travel_key(sentence, address));
    auto const file = TRY(guard::fetch_luggage(address, derived.name, options));
    auto tar = age::decrypt(file, derived.identity, travel_bytes_max);
    if (!tar.ok()) {
        return bad_input("what " + address.short_text() + " gave does not open with these words")
            .hint("somebody may stand between: try another guardian, or  --proxy")
            .coded("travel");
    }
    auto package = seal::parse_travel_package(*tar);
    wipe(*tar);
    return package;
}

// The first that gives it; why the others did not is told.
Result<seal::TravelPackage> fetch(std::vector<GuardianAddress> const& addresses,
                                  SecretBytes const& sentence, guard::LinkOptions const& options,
                                  Terminal& terminal) {
    std::optional<Error> last;
    for (auto const& address : addresses) {
        auto package = fetch_from(address, sentence, options);
        if (package.ok()) {
            if (last) terminal.warn(last->what);
            return package;
        }
        if (last) terminal.warn(last->what);
        last = package.take_error();
    }
    return std::move(*last).still_safe("nothing was changed here");
}

// From here on the pins count: a guardian that shows another key is no guardian.
WallTime newest_deadline(seal::CaseFolder const& folder, CheckInMemory const& memory,
                         guard::LinkOptions const& options, Terminal& terminal) {
    std::vector<CaseStatus> statuses;
    auto quick = options;
    quick.timeout_ms = 8000;
    for (auto const& said : guard::ask_status(folder.info(), SystemRandom().bytes<16>(), quick)) {
        if (said.result.ok())
            statuses.push_back(said.result->value());
        else
            terminal.warn(said.result.error().what);
    }
    // One of them may lie, so that she comes too late.
    auto const shown = protocol::what_is_shown(folder.info().quorum, statuses);
    return shown.deadline ? std::max(memory.safe_until, shown.deadline->deadline)
                          : memory.safe_until;
}

}  // namespace

Outcome run_return(Globals const& globals, Return const& arguments, Terminal& terminal) {
    auto const addresses = TRY(read_addresses(arguments.addresses));
    auto const typed = TRY(terminal.secret(globals.sentence_fd, "Seven words:", "the sentence"));
    // reveal: what was typed, into its one form.
    auto const sentence = TRY(diceware::parse_sentence(typed.reveal(), travel_words));
    guard::LinkOptions const options{.socks5_proxy = globals.proxy};
    auto package = TRY(fetch(addresses, sentence, options, terminal));
    if (!arguments.as.empty()) package.name = arguments.as;
    if (package.name.find('/') != std::string::npos || package.name.starts_with("."))
        return wrong_use("a case needs a plain name").at(package.name).coded("name");
    auto const place = cases_folder(globals) / package.name;
    if (is_there(place)) {
        return wrong_use("there is already a case of that name")
            .at(place.string())
            .still_safe("it was not touched; what lies with the guardians stays there")
            .hint("give this one another name:  exhibit return --as NAME ADDRESS")
            .coded("exists");
    }
    TRY(seal::install_files(place, package.files));
    for (auto& file : package.files) wipe(file.content);
    auto const folder = TRY(seal::CaseFolder::open(place));
    auto const memory = TRY(folder.last_check_in());
    auto const now = wall_now();
    Json result = {{"name", folder.name()}, {"case", folder.info().case_id.text()}};
    std::string line = folder.name() + " is here again.";
    if (memory) {
        auto const deadline = newest_deadline(folder, *memory, options, terminal);
        auto const claimed = memory->claimed;
        line += " Last check-in " + show_duration(now - claimed) + " ago; ";
        line += deadline > now ? "you have " + show_duration(deadline - now) + "."
                               : "the deadline has passed " + show_duration(now - deadline) +
                                     " ago: check in at once.";
        result["last_check_in"] = write_time(claimed);
        result["deadline"] = write_time(deadline);
    }
    terminal.say(line + "   Next:  exhibit checkin");
    terminal.result(result);
    return {};
}

}  // namespace exhibit::cli
