// The guardians' simulator: one case, its guardians, its witness, thirty days at most, from one
// number.
//
// Comes in: a seed. Goes out: nothing, or the first promise (promises/) that was
// broken, when, and why. The same seed gives the same life, event by event.
//
//   options.hpp       what may go wrong in this life: named faults, drawn from the seed
//   clockwork.hpp     true time, and what is due when
//   network.*         delay, loss, duplicates, cuts, partitions, clogged lines
//   disk.*            store's Rows over a disk that tears, fills, forgets, goes back in time
//   honest.*          the shell around the production step(): persists before it speaks
//   malicious.*       guardians that know the protocol, and each other
//   witness.*         the production client logic, and a person who forgets, or falls silent
//   people.*          changes of policy, coercion, friends who vouch, a reader
//   interned.*        documents by number
//   history.hpp       what really happened, for those who judge
//   promises/         one checker for each promise, asked after every event
//   second_opinion.*  the rules once more, as dumb as can be, beside each honest guardian
//   mutations/        broken variants of the rules, as patches; each must be found
//   model/            the rules a third time, every state visited
//
// Only Ed25519 is replaced (signatures.cpp): a keyed hash, a hundred times faster; nobody forges
// here.
#pragma once

#include "sim/history.hpp"
#include "sim/options.hpp"

namespace exhibit::sim {

struct Life {
    std::optional<Broken> broken;
    bool released = false;  // to the public or the named, by every honest guardian that lives
    unsigned events = 0;
};

// `trace` gets a line for each thing that happens; none: as fast as it can.
Life live(Options const& options, std::FILE* trace = nullptr, bool json = false);

}  // namespace exhibit::sim
