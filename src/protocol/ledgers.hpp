// Rule 9: duress. A guardian keeps two ledgers of a case. The true one hears the witness's key, and
// votes are about it alone. The shadow hears the key of duress, answers it in the same words, and
// passes on what it says as the true one would; nothing it holds ever reaches a vote.
//
//   signed with the witness's key ──> truth ──copied──> shadow
//   signed with the key of duress ──> shadow ──two things──> truth
//
// One bit: there was a word of duress. It makes the true ledger drop the changes of policy that
// were cooling off (rule 6), and warn only those contacts that are marked safe. And one name: the
// digest of the policy that the shadow shows. Later the free witness can name no other in a change
// or in "release now", so for those it stands for the one in force. The server, the simulator and
// the fuzzers run this.
#pragma once

#include "protocol/step.hpp"

namespace exhibit::protocol {

struct Ledgers {
    State truth;
    State shadow;  // shadow.speaker is the key of duress
};

// A case begins: the shadow starts as a copy.
Ledgers with_shadow(State truth, PublicKey const& duress);

struct LedgersStep {
    Ledgers next;
    bool changed = false;  // as in Step: both must be durable first, in one batch
    bool noted = false;
    std::vector<Effect> effects;
    WallTime wake_at;
    DocumentDigest shown;  // the policy that stood for the one in force while the event was judged
};

[[nodiscard]] LedgersStep step(Self const& self, Ledgers ledgers, Event const& event, WallTime now,
                               Random& random);

}  // namespace exhibit::protocol
