#include "case/contacts.hpp"

#include <algorithm>

#include "formats/mail/mail.hpp"

namespace exhibit {
namespace {

constexpr std::size_t from_bytes_max = 100;
constexpr std::size_t url_bytes_max = 500;
constexpr std::size_t list_bytes_max = 64 * 1024;
constexpr std::size_t version_max = 1'000'000'000;

Error wrong(std::string what) { return bad_input(std::move(what)).coded("contacts"); }

Outcome check_from(std::string_view from) {
    auto const is_control = [](char c) { return static_cast<Byte>(c) < 0x20 || c == 0x7f; };
    if (from.size() > from_bytes_max || !is_utf8(as_bytes(from)) ||
        std::ranges::any_of(from, is_control))
        return wrong("who it is about is one line of at most 100 bytes");
    return {};
}

Outcome check_language(std::string_view language) {
    bool const good = !language.empty() && language.size() <= 16 && language.front() != '-' &&
                      std::ranges::all_of(language, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
                      });
    if (!good) return wrong("a language is named like fr or pt-BR");
    return {};
}

Outcome check_contact(Contact const& contact) {
    if (contact.by == Contact::By::web) return check_web_hook(contact.to);
    if (!mail::check_address(contact.to).ok())
        return wrong("is not a mail address like lawyer@example.org");
    return {};
}

Outcome check_contacts(Contacts const& contacts) {
    TRY(check_from(contacts.from));
    TRY(check_language(contacts.language));
    if (contacts.people.size() > contacts_max) return wrong("more than 32 contacts");
    for (std::size_t i = 0; i < contacts.people.size(); ++i) {
        TRY(check_contact(contacts.people[i]));
        for (std::size_t j = 0; j < i; ++j) {
            if (contacts.people[i].to == contacts.people[j].to)
                return wrong("the same contact twice");
        }
    }
    return {};
}

Result<Contact> parse_contact(Json const& json) {
    auto object = TRY(JsonObject::of(json, "people"));
    Contact contact;
    auto const by = TRY(object.text("by", 8));
    if (by != "mail" && by != "web") return wrong("a contact is reached by mail or web");
    contact.by = by == "mail" ? Contact::By::mail : Contact::By::web;
    contact.to = TRY(object.text("to", url_bytes_max));
    contact.safe = TRY(object.boolean("safe"));
    TRY(object.finish());
    return contact;
}

std::string_view next_word(std::string_view& line) {
    auto const is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
    std::size_t end = 0;
    while (end < line.size() && !is_space(line[end])) ++end;
    auto const word = line.substr(0, end);
    line.remove_prefix(end);
    return word;
}

std::string_view trimmed(std::string_view text) {
    auto const blank = std::string_view(" \t\r");
    auto const begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

Outcome take_line(Contacts& contacts, std::string_view line) {
    auto const word = next_word(line);
    if (word.empty() || word.front() == '#') return {};
    if (word == "from") {
        contacts.from = std::string(trimmed(line));
        return check_from(contacts.from);
    }
    auto const value = next_word(line);
    auto const more = next_word(line);
    if (word == "language" && more.empty()) {
        contacts.language = std::string(value);
        return check_language(contacts.language);
    }
    bool const known = word == "mail" || word == "web";
    if (!known || !next_word(line).empty() || (!more.empty() && more != "safe"))
        return wrong("is none of: from …, language …, mail ADDRESS [safe], web URL [safe]");
    contacts.people.push_back({word == "mail" ? Contact::By::mail : Contact::By::web,
                               std::string(value), more == "safe"});
    return check_contact(contacts.people.back());
}

}  // namespace

Outcome check_web_hook(std::string_view url) {
    constexpr std::string_view scheme = "https://";
    auto const bad = wrong("is not a web hook like https://example.org/hook");
    if (!url.starts_with(scheme) || url.size() > url_bytes_max) return Error(bad);
    if (!std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f; })) return Error(bad);
    auto const rest = url.substr(scheme.size());
    auto const place = rest.substr(0, rest.find_first_of("/?#"));
    if (rest.find('#') != std::string_view::npos) return Error(bad);
    // The checks of a guardian's address: no '@', no odd letters, a port that is one.
    if (place.empty() || place.find('@') != std::string_view::npos) return Error(bad);
    if (!GuardianAddress::parse(place).ok()) return Error(bad);
    return {};
}

std::string write_payload(Contacts const& contacts) {
    Json people = Json::array();
    for (auto const& one : contacts.people) {
        people.push_back({{"by", one.by == Contact::By::mail ? "mail" : "web"},
                          {"to", one.to},
                          {"safe", one.safe}});
    }
    return write_json({{"case", contacts.case_id.text()},
                       {"version", contacts.version},
                       {"from", contacts.from},
                       {"language", contacts.language},
                       {"people", people}});
}

Result<Contacts> Contacts::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "contacts"));
    Contacts contacts;
    contacts.case_id = TRY(take_case(object));
    contacts.version = TRY(take_unsigned(object, "version", 1, version_max));
    contacts.from = TRY(object.text("from", from_bytes_max));
    contacts.language = TRY(object.text("language", 16));
    auto const* people = TRY(object.array("people", contacts_max));
    for (auto const& one : *people) {
        auto contact = TRY(parse_contact(one));
        contacts.people.push_back(std::move(contact));
    }
    TRY(object.finish());
    TRY(check_contacts(contacts));
    return contacts;
}

Result<Contacts> parse_contact_list(std::string_view text) {
    if (text.size() > list_bytes_max) return wrong("is too long for a list of contacts");
    Contacts contacts;
    std::size_t number = 0;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        ++number;
        auto const taken = take_line(contacts, text.substr(0, end));
        if (!taken.ok()) return Error(taken.error()).at("line " + std::to_string(number));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    TRY(check_contacts(contacts));
    return contacts;
}

std::string write_payload(Notice const& notice) {
    Json json = {{"event", notice.event == Notice::Event::grace ? "grace" : "released"},
                 {"drill", notice.drill},
                 {"guardian", notice.guardian.hex()},
                 {"time", write_time(notice.time)},
                 {"from", notice.from}};
    if (notice.event == Notice::Event::grace) {
        json["deadline"] = write_time(notice.deadline.value_or(WallTime()));
        json["release_from"] = write_time(notice.release_from.value_or(WallTime()));
    } else {
        json["case"] = notice.case_id.value_or(CaseId()).text();
        json["address"] = notice.address;
        json["everyone"] = notice.for_everyone;
    }
    return write_json(json);
}

Result<Notice> Notice::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "notice"));
    Notice notice;
    auto const event = TRY(object.text("event", 16));
    if (event != "grace" && event != "released")
        return bad_input("is no event that is told").at("event").coded("notice");
    notice.event = event == "grace" ? Event::grace : Event::released;
    notice.drill = TRY(object.boolean("drill"));
    notice.guardian = TRY(take_guardian(object));
    notice.time = TRY(object.time("time"));
    notice.from = TRY(object.text("from", from_bytes_max));
    if (notice.event == Event::grace) {
        notice.deadline = TRY(object.time("deadline"));
        notice.release_from = TRY(object.time("release_from"));
    } else {
        notice.case_id = TRY(take_case(object));
        notice.address = TRY(object.text("address", 300));
        notice.for_everyone = TRY(object.boolean("everyone"));
    }
    TRY(object.finish());
    return notice;
}

}  // namespace exhibit
