// All guardians at once: each on a thread of its own, so that a dead one costs its timeout and no
// more.
#pragma once

#include "guard/witness/link.hpp"

namespace exhibit::guard {

// What one guardian said, or why not.
template <typename T>
struct Said {
    KnownGuardian guardian;
    Result<T> result;
};

std::vector<Said<Signed<ClockReading>>> ask_clocks(CaseInfo const& info, Nonce const& nonce,
                                                   LinkOptions const& options);
std::vector<Said<Signed<CaseStatus>>> ask_status(CaseInfo const& info, Nonce const& nonce,
                                                 LinkOptions const& options);
// Hands an envelope (check-in, release-now) to everybody; before it, the vouched list if there is
// one.
std::vector<Said<Answer>> tell_all(CaseInfo const& info, Envelope const& envelope,
                                   std::optional<VouchedList> const& vouched,
                                   LinkOptions const& options);

}  // namespace exhibit::guard
