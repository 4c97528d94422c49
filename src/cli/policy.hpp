// What the device notes of its policy when it has heard from the guardians.
#pragma once

#include "cli/cli.hpp"
#include "guard/witness/rounds.hpp"

namespace exhibit::cli {

// The case with the change that is in force now, which is said, and written into case.json. While
// another process works in the case it is not written, and the next command notes it again.
Result<CaseInfo> note_changes(seal::CaseFolder& folder,
                              std::vector<guard::Said<Signed<CaseStatus>>> const& all,
                              guard::LinkOptions const& options, Terminal& terminal);

}  // namespace exhibit::cli
