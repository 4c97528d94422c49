// What the device notes of its policy when it has heard from the guardians.
#pragma once

#include "cli/cli.hpp"
#include "guard/witness/rounds.hpp"

namespace exhibit::cli {

// A change that is in force now is written into case.json, and said.
Outcome note_changes(seal::CaseFolder& folder,
                     std::vector<guard::Said<Signed<CaseStatus>>> const& all, Terminal& terminal);

}  // namespace exhibit::cli
