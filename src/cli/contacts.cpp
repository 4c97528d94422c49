// exhibit contacts: whom the guardians write to in the grace period, and after a release.
#include <algorithm>

#include "cli/epochs.hpp"
#include "cli/new_case.hpp"
#include "protocol/shown.hpp"
#include "seal/unlock.hpp"

namespace exhibit::cli {
namespace {

// So many newer lists may be with one guardian and not with the others.
constexpr std::uint64_t lists_ahead_most = 100;

struct There {
    KnownGuardian guardian;
    Result<guard::Link::ContactsThere> contacts;
};

std::vector<There> ask_all(CaseInfo const& info, guard::LinkOptions const& options) {
    std::vector<There> all;
    for (auto const& guardian : info.guardians) {
        auto link = guard::Link::open(info.case_id, guardian, options);
        all.push_back({guardian, link.ok()
                                     ? link->contacts()
                                     : Result<guard::Link::ContactsThere>(link.take_error())});
    }
    return all;
}

Outcome show(CaseInfo const& info, guard::LinkOptions const& options, Terminal& terminal) {
    Json list = Json::array();
    std::size_t answering = 0;
    for (auto const& one : ask_all(info, options)) {
        Json entry = {{"name", one.guardian.name}, {"answers", one.contacts.ok()}};
        std::string line = one.guardian.name + "  ";
        if (one.contacts.ok()) {
            ++answering;
            entry["version"] = one.contacts->version;
            entry["people"] = one.contacts->people;
            line += one.contacts->version == 0
                        ? "warns nobody"
                        : "warns " + std::to_string(one.contacts->people) + " (list number " +
                              std::to_string(one.contacts->version) + ")";
        } else {
            entry["error"] = one.contacts.error().what;
            line += "silent";
        }
        terminal.say(line);
        list.push_back(std::move(entry));
    }
    terminal.say(
        "Who they are is with the guardians alone.      Change it:  exhibit contacts FILE");
    terminal.result({{"guardians", list}});
    if (answering == 0)
        return Error{Fault::guardians, "no guardian answers", "", "", "check the connection",
                     "silent"};
    return {};
}

}  // namespace

Result<Contacts> read_contacts(Path const& file) {
    auto const text = TRY(read_text_file(file, 64 * 1024));
    auto contacts = parse_contact_list(text);
    if (!contacts.ok()) {
        auto error = contacts.take_error();
        auto const place = error.where;
        return std::move(error).at(file.string() + (place.empty() ? "" : " " + place));
    }
    return contacts;
}

Result<std::size_t> tell_contacts(CaseInfo const& info, SigningKey const& witness,
                                  Contacts contacts, guard::LinkOptions const& options,
                                  Terminal& terminal) {
    contacts.case_id = info.case_id;
    std::vector<std::uint64_t> named;
    for (auto const& one : ask_all(info, options))
        if (one.contacts.ok()) named.push_back(one.contacts->version);
    contacts.version = 1 + static_cast<unsigned>(protocol::highest_believed(named, info.quorum.f, 0,
                                                                            lists_ahead_most));
    auto const people = contacts.people.size();
    auto const list = Signed<Contacts>::sign(std::move(contacts), witness);
    std::size_t took = 0;
    std::string line = "Contacts ...";
    for (auto const& guardian : info.guardians) {
        auto link = TRY(guard::Link::open(info.case_id, guardian, options));
        auto const put = link.put_contacts(list.envelope());
        took += put.ok();
        line += " " + guardian.name + (put.ok() ? " ✓" : " -");
        if (!put.ok()) terminal.warn(put.error().what);
    }
    terminal.say(line);
    if (took == 0)
        return Error{Fault::guardians,
                     "no guardian took the contacts",
                     "",
                     "what they held before stands",
                     "try again from a better connection",
                     "silent"};
    terminal.say(std::to_string(people) + " contacts, held by " + std::to_string(took) + " of " +
                 std::to_string(info.guardians.size()) +
                 " guardians; the others ask them when a deadline passes.");
    return took;
}

Outcome run_contacts(Globals const& globals, ContactsCommand const& arguments, Terminal& terminal) {
    auto const folder = TRY(find_case(globals));
    guard::LinkOptions const options{.socks5_proxy = globals.proxy, .timeout_ms = 8000};
    if (arguments.file.empty()) return show(folder.info(), options, terminal);
    auto contacts = TRY(read_contacts(arguments.file));
    auto const people = contacts.people.size();
    auto const safe = std::ranges::count_if(contacts.people, &Contact::safe);
    auto const passphrase = TRY(case_passphrase(globals, terminal));
    auto const key = TRY(seal::unlock_witness_key(folder, passphrase));
    auto const took =
        TRY(tell_contacts(folder.info(), key, std::move(contacts), options, terminal));
    terminal.say("They are written to when a deadline has passed, and when the release is out; " +
                 std::to_string(safe) +
                 " of them also when you are forced.\n"
                 "The file is not needed any more: it names people, remove it.");
    terminal.result({{"people", people}, {"safe", safe}, {"held_by", took}});
    return {};
}

}  // namespace exhibit::cli
