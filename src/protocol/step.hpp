// The guardians' rules, pure: step(self, state, event, now, random) -> next state and effects.
//
// The guardian's server, the simulator and the fuzzers run this same function. It has no socket, no disk
// and no clock. The shell around it does what the effects say, in the order given; the next state is on
// disk (fsync) before any effect is carried out, because a guardian that forgets a word it gave could
// give another.
//
// Every message is a signed document of case/; the shell hands over envelopes as they came, from the
// witness, from a guardian, or relayed by anybody: only what carries its own proof counts.
#pragma once

#include <variant>

#include "protocol/state.hpp"

namespace exhibit::protocol {

// Who is deciding. The key signs; Ed25519 is deterministic, so signing is pure.
struct Self {
    SigningKey const& key;
    GuardianId id;
};

// An envelope arrived: CheckIn, ReleaseNow, PreVote, VoteRequest, Vote, Adoption, Acknowledgement (shown as
// proof), ReleasedShare, CaseStatus requests have their own end point and do not come here.
struct Received { Envelope envelope; };
// The time that was asked for has come, or nothing in particular: only `now` matters.
struct Tick {};
// The process has just started: ask the others for our own newest word first (rule 2).
struct Started {};
using Event = std::variant<Received, Tick, Started>;

// Back to whoever sent the event.
struct Reply { Envelope envelope; };
// Back to whoever sent the event: why not, as one stable code ("too-new", "adopted", "release-now", …),
// with the newer document that explains it if there is one.
struct Refuse { char const* code; std::optional<Envelope> evidence; };
// To one guardian. Answers to what is sent come back as Received events.
struct Send { GuardianId to; Envelope envelope; };
// q adoptions are in hand: decrypt our share and spread it for this stage of the audience.
struct GiveShare { Motion motion; unsigned stage; };
// k good shares are known for this stage: rebuild (everyone), or serve what was collected (named).
struct Released { Motion motion; unsigned stage; };
// For the operator's eyes: a clock that is off, a wrong share and whose it is, a guardian that lies.
struct TellOperator { char const* code; std::string text; };
// Grace has begun: warn the contacts.
struct WarnContacts {};
using Effect = std::variant<Reply, Refuse, Send, GiveShare, Released, TellOperator, WarnContacts>;

struct Step {
    State next;
    bool changed = false;          // next differs from the state given: it must be durable first
    std::vector<Effect> effects;
    WallTime wake_at;              // call with Tick no later than this
};

[[nodiscard]] Step step(Self const& self, State state, Event const& event, WallTime now, Random& random);

// A case begins: check-in 0. Codes as for a check-in.
Result<State> begin(Signed<Policy> policy, Signed<CheckIn> first, WallTime now);

}  // namespace exhibit::protocol
