// The guardians' rules, pure: step(self, state, event, now, random) -> next state and effects.
//
// The guardian's server, the simulator and the fuzzers run this same function. It has no socket, no
// disk and no clock. The shell around it does what the effects say, in the order given; the next
// state is on disk (fsync) before any effect is carried out, because a guardian that forgets a word
// it gave could give another.
//
// Every message is a signed document of case/; the shell hands over envelopes as they came, from
// the witness, from a guardian, or relayed by anybody: only what carries its own proof counts.
//
// Comes in: the case's State (state.hpp) and one event. Goes out: the next State and effects in
// order. Files, one rule each: check_in.cpp (1), pre_vote.cpp (2, with the question after a
// restart), vote.cpp (3), adoption.cpp (4), release.cpp (5), policy.cpp (6), release_now.cpp (7),
// hold.cpp (8), ledgers.cpp (9: two states of a case, and the step that the shell calls); turn.hpp
// is what they share, step.cpp the order in which they run. witness.hpp is the witness's side.
//
// This is version 1 of the protocol (rule 10): a policy that names another is refused by begin(). A
// later version goes beside this one; this one is never changed for cases that it runs.
#pragma once

#include <variant>

#include "protocol/state.hpp"

namespace exhibit::protocol {

// Who is deciding. The key signs; Ed25519 is deterministic, so signing is pure.
struct Self {
    SigningKey const& key;
    GuardianId id;
};

// An envelope arrived: CheckIn, ReleaseNow, PreVote, VoteRequest, Vote, Adoption, Acknowledgement
// (shown as proof), ReleasedShare, CaseStatus requests have their own end point and do not come
// here.
//
// It does not matter how it arrived: as a request, as the Reply to something sent, or as the
// evidence of a Refuse. A Reply or Refuse to what was itself an answer has nobody to go to and is
// dropped. The shell also hands in our own ReleasedShare here, in answer to GiveShare.
struct Received {
    Envelope envelope;
};
// The time that was asked for has come, or nothing in particular: only `now` matters.
struct Tick {};
// The process has just started: ask the others for our own newest word first (rule 2).
struct Started {};
// A document came that was signed with the key of duress (rule 9, ledgers.hpp).
struct WordOfDuress {};
using Event = std::variant<Received, Tick, Started, WordOfDuress>;

// Back to whoever sent the event.
struct Reply {
    Envelope envelope;
};
// Back to whoever sent the event: why not, as one stable code, with the newer document that
// explains it if there is one. Of check-ins and release-now: "kind", "case", "signature", "policy"
// (another than ours), "floors", "clocks", "too-old" (we hold a newer one), "too-soon" (least_gap),
// "too-new" (kept, taken when its time comes), "adopted" (followed, not acknowledged),
// "release-now", "released", "restarting" (ask again in a moment). Of guardians' questions:
// "guardian", "newer", "not-yet", "policy", "restarting". Of votes: "expired", "motion". Neither
// Reply nor Refuse: taken, nothing to say.
struct Refuse {
    char const* code;
    std::optional<Envelope> evidence;
};
// To one guardian. Answers to what is sent come back as Received events.
struct Send {
    GuardianId to;
    Envelope envelope;
};
// The motion is decided: decrypt our share, make the ReleasedShare for this stage of this policy's
// audience and hand it back as Received; step spreads it, says it again and answers late askers.
// Said again until it is.
struct GiveShare {
    Motion motion;
    DocumentDigest policy;
    unsigned stage;
};
// k good shares are known for this stage: rebuild (everyone), or serve what was collected (named).
// Said once, and again after each start, so it must be harmless to do twice. The shares are in
// state.find_release(policy).
struct Released {
    Motion motion;
    DocumentDigest policy;
    unsigned stage;
};
// For the operator's eyes: "clock-off" and "clock-agrees", "wrong-share" (and whose it is),
// "rolled-back" (the others hold a newer word of ours than our disk).
struct TellOperator {
    char const* code;
    std::string text;
};
// Grace has begun: warn the contacts that it is released from then on; when a word of duress came
// since the last check-in, only those marked safe.
struct WarnContacts {
    WallTime release_from;
    bool only_safe = false;
};
using Effect = std::variant<Reply, Refuse, Send, GiveShare, Released, TellOperator, WarnContacts>;

struct Step {
    State next;
    bool changed = false;  // next differs in what was promised: it must be durable first
    bool noted = false;    // next differs only in what may be lost: store it when convenient
    std::vector<Effect> effects;
    WallTime wake_at;  // call with Tick no later than this
};

// `shown`: the policy that the shadow ledger shows, where it is another than ours (rule 9).
[[nodiscard]] Step step(Self const& self, State state, Event const& event, WallTime now,
                        Random& random, std::optional<DocumentDigest> const& shown = {});

// A case begins: check-in 0. Codes as for a check-in, and "protocol" for a version that is not
// ours. The state must be durable before the witness is told; check-in 0 is then acknowledged like
// any other.
Result<State> begin(Signed<Policy> policy, Signed<CheckIn> first, WallTime now);

}  // namespace exhibit::protocol
