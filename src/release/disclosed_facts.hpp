// What a publisher says of a copy, fact by fact: each becomes an assertion of its own in the copy's
// manifest, so that each can be withheld alone from a later copy.
#pragma once

#include "case/statement.hpp"
#include "formats/c2pa/draft.hpp"

namespace exhibit::release {

// Names that people use: place, region, time, device, author, note, name, original, seal.
struct DisclosedFact {
    std::string name;
    std::string value;
};
std::string fact_names();  // for help and errors, with commas

// "place=43.82,87.61": name and value. Code "fact".
Result<DisclosedFact> parse_fact(std::string_view text);

// In the terms of the standards where they have one: Exif for place, time and device, IPTC for a
// place in words, Dublin Core for names and notes; else under our own name, guardian.exhibit.*.
// Code "fact" when a value has not the form it needs.
Result<c2pa::NewAssertion> fact_assertion(DisclosedFact const& fact);

// Of what the witness sealed, those of these names ("original", "time", "place", "region", "note",
// "name"); an error of code "fact" for one that was not disclosed. "seal" names the statement.
Result<std::vector<DisclosedFact>> facts_of_seal(SealFacts const& facts,
                                                 SealStatement const& statement,
                                                 std::vector<std::string> const& names);

// Is that assertion the one a person means by this name? By its label or by what it holds.
bool is_fact(jumbf::Superbox const& assertion, std::string_view name);

}  // namespace exhibit::release
