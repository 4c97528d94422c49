// What the device notes of its policy when it has heard from the guardians.
#pragma once

#include "cli/cli.hpp"
#include "guard/witness/rounds.hpp"

namespace exhibit::cli {

// A change that is in force now is written into case.json, and said. While another process works in
// the case nothing is written, and the next command notes it.
Outcome note_changes(seal::CaseFolder& folder,
                     std::vector<guard::Said<Signed<CaseStatus>>> const& all,
                     guard::LinkOptions const& options, Terminal& terminal);

}  // namespace exhibit::cli
