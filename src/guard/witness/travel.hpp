// The traveller's end: leaves two files with a guardian, and fetches one again with nothing but an
// address and a sentence.
#pragma once

#include "case/travel.hpp"
#include "guard/witness/link.hpp"

namespace exhibit::guard {

struct Luggage {
    ByteArray<32> name{};
    Bytes file;  // an age file
};

// Both, in the order of their names, under a note signed by the witness. Returns when the guardian
// has them on its disk; that they can be fetched back is for fetch_luggage to show.
Outcome leave_luggage(Link& link, SigningKey const& witness, WallTime claimed,
                      std::array<Luggage, 2> luggage);

// Any certificate is taken: the server learns the look-up name only, and what it sends must open
// under the key. Codes "not-found" (nothing under that name: another sentence, another address, or
// nothing was left), the line's.
Result<Bytes> fetch_luggage(GuardianAddress const& address, ByteArray<32> const& name,
                            LinkOptions const& options);

}  // namespace exhibit::guard
