#include "case/ids.hpp"

#include <cstdio>

#include "crypto/hash.hpp"

namespace exhibit {

Result<CaseId> CaseId::parse(std::string_view text) {
    auto bytes = from_base32(text);
    if (!bytes.ok() || bytes->size() != 16) {
        return bad_input("is not a case id (26 letters and digits)")
            .at(std::string(text.substr(0, 40)))
            .coded("case-id");
    }
    auto raw = TRY(exactly<16>(*bytes));
    return CaseId(raw);
}

GuardianId guardian_id(PublicKey const& key) { return GuardianId(sha256(key.bytes())); }

std::string published_name(GuardianId const& id) { return "exhibit.guardian/" + id.hex(); }

std::string show(ExhibitNumber number) {
    char text[16];
    std::snprintf(text, sizeof text, "%04u", number.get());
    return text;
}

Result<ExhibitNumber> parse_exhibit_number(std::string_view text) {
    std::uint32_t value = 0;
    for (char c : text) {
        if (c < '0' || c > '9' || value > exhibit_number_max)
            value = exhibit_number_max + 1;
        else
            value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    ExhibitNumber const number(value);
    // Writing back allows exactly one text per number.
    if (value == 0 || value > exhibit_number_max || show(number) != text) {
        return bad_input("is not an exhibit number like 0001")
            .at(std::string(text.substr(0, 40)))
            .coded("exhibit-number");
    }
    return number;
}

}  // namespace exhibit
