// The phases of a case as guardians name them to the witness, in the order in which a case goes
// through them; "cancelled" ends it without a release.
#pragma once

#include <string_view>

namespace exhibit {

inline constexpr std::string_view case_phases[] = {"watching", "grace",    "voting",
                                                   "adopted",  "released", "cancelled"};

}  // namespace exhibit
