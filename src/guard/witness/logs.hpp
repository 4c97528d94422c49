// What the device learns of the guardians' logs: that an exhibit is in them, and a state of one
// that it can put into what it seals next.
#pragma once

#include "guard/witness/link.hpp"

namespace exhibit::guard {

// Asks one guardian whether the exhibit is in its log, and checks the proof. True when it is.
Result<bool> fetch_logged(Link& link, Policy const& terms, LogMemory& memory,
                          ExhibitRecord& record);
// Asks one guardian after another, `quick` as the options say, until one has shown a newer state.
bool refresh_checkpoint(CaseInfo const& info, LinkOptions const& quick, LogMemory& memory);

}  // namespace exhibit::guard
