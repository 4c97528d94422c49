// Whom the guardians warn in the grace period, and tell after a release.
//
// A document of its own beside the policy, because it changes more often and is never published:
// the witness's key signs it, guardians keep it (encrypted to themselves), and the higher version
// counts. It holds people's addresses; nothing that a device keeps or a release contains does.
//
// What a person writes, a line each, in any order; '#' begins a comment:
//
//   from M. of the bakery            who it is about, as the contacts know her; may be left out
//   language fr                      of the messages, when the guardian has them; else English
//   mail lawyer@example.org safe     "safe": may also be warned when she is being forced
//   web https://example.org/hook     gets a signed JSON by POST
#pragma once

#include "case/invitation.hpp"
#include "case/signed.hpp"

namespace exhibit {

inline constexpr std::size_t contacts_max = 32;

struct Contact {
    enum class By { mail, web };
    By by = By::mail;
    std::string to;     // an address (formats/mail), or an https URL
    bool safe = false;  // warning this one under duress cannot reach those who force her
    friend bool operator==(Contact const&, Contact const&) = default;
};

struct Contacts {
    static constexpr std::string_view kind = "application/vnd.exhibit.contacts.v1+json";
    static Result<Contacts> parse_payload(ByteView payload);

    CaseId case_id;
    unsigned version = 1;
    std::string from;             // one line, may be empty
    std::string language = "en";  // letters and '-'
    std::vector<Contact> people;  // none: nobody is warned any more
};
std::string write_payload(Contacts const& contacts);

// The text above; case and version are the caller's. Codes "contacts" with the line.
Result<Contacts> parse_contact_list(std::string_view text);

// What a web hook gets, as a DSSE envelope signed with the guardian's key, and what a mail says in
// words. No secret, nothing of the case's content.
struct Notice {
    static constexpr std::string_view kind = "application/vnd.exhibit.notice.v1+json";
    static Result<Notice> parse_payload(ByteView payload);

    enum class Event { grace, released };
    Event event = Event::grace;
    bool drill = false;
    GuardianId guardian;
    WallTime time;
    std::string from;  // as in Contacts
    // Of grace: when the sign of life was due, and when the guardians will release.
    std::optional<WallTime> deadline = {}, release_from = {};
    // Of released: where it can be had, and under which name; whether by everyone.
    std::optional<CaseId> case_id = {};
    std::string address = {};
    bool for_everyone = false;
};
std::string write_payload(Notice const& notice);

// https, a host, printable ASCII, nothing of a user in it. Code "contacts".
Outcome check_web_hook(std::string_view url);

}  // namespace exhibit
