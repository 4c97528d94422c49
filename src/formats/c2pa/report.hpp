// A report as the reference's programs write it, so that two reports can be compared by a machine;
// and as people read it.
#pragma once

#include "formats/c2pa/validate.hpp"

namespace exhibit::c2pa {

// {active_manifest, manifests, validation_results, validation_state}, fields and spellings of
// c2pa-rs. May hold doubles: they stand in other people's assertions.
Json write_json_report(Report const& report);
std::string dump_json_report(Report const& report);

// What an assertion holds, when it is CBOR or JSON.
std::optional<Json> assertion_content(jumbf::Superbox const& assertion);

// Sentences. Nothing that another wrote goes to a terminal with control characters in it.
std::string show(Report const& report);
// One line: "intact; signer not on your list".
std::string verdict_of(Report const& report);

}  // namespace exhibit::c2pa
