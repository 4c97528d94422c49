// What one guardian knows and has promised about one case. A value: copied, compared by its text,
// changed only by step().
//
// write_state gives one canonical JSON text, stored as one row per case. The policy is not in it
// but named by its digest: it is the largest part, never changes under its digest, and the shell
// keeps it beside (write_envelope(state.policy->envelope()), once) and hands it back through
// FindPolicy, parsed once for all reads. Everything else that is needed to go on after a kill -9 is
// in the text.
//
// What is promised: last + deadline (acknowledged), adoptions of our own, decided, stages. The rest
// (rounds, others' acknowledgements, schedules) only saves messages and may be lost.
#pragma once

#include <functional>
#include <memory>

#include "case/receipt.hpp"
#include "case/vote.hpp"

namespace exhibit::protocol {

// Shared, because thousands of reads of one case need one parsed policy; whoever drops it last ends
// it.
using SharedPolicy = std::shared_ptr<Signed<Policy> const>;
using FindPolicy = std::function<Result<SharedPolicy>(DocumentDigest const&)>;
SharedPolicy share_policy(Signed<Policy> policy);
// From the text that was kept beside the states (write_envelope). Code "state" when it is
// another's.
Result<SharedPolicy> load_policy(ByteView envelope_text, DocumentDigest const& expected);

// The order of what can be voted on: release-now above every check-in, then by claimed time. The
// digest breaks ties, so that two check-ins of the same moment cannot split the guardians for ever.
struct Rank {
    bool release_now = false;
    WallTime claimed;
    DocumentDigest digest;
    friend auto operator<=>(Rank const&, Rank const&) = default;
    friend bool operator==(Rank const&, Rank const&) = default;
};
Rank rank_of(Signed<CheckIn> const& check_in);
Rank rank_of(Signed<ReleaseNow> const& release_now);

// When to say again what nobody answered.
struct Schedule {
    WallTime next;
    unsigned attempts = 0;
    friend bool operator==(Schedule const&, Schedule const&) = default;
};

// A guardian's adoption, checked, with the rank of what it adopts.
struct Adopted {
    Signed<Adoption> adoption;
    Rank rank;
};

// A round of questions to the others: first the pre-vote, then the votes (rules 2 and 3).
struct Asking {
    enum class What { pre_vote, votes };
    struct Heard {
        GuardianId guardian;
        Duration clock_off;  // of its clock from ours
    };
    What what = What::pre_vote;
    Nonce nonce{};
    WallTime since;  // first asked, by our clock: votes count for one (doubled) grace after it
    Schedule again;
    std::vector<Heard> heard;         // pre-vote: who has answered
    std::vector<Signed<Vote>> votes;  // votes: of the others
};

// Rule 2: after a start, "what did I last say?"
struct Restart {
    Nonce nonce{};
    WallTime since;
    Schedule again;
    std::vector<GuardianId> heard;
};

// One stage of the audience that this guardian has begun to serve.
struct Stage {
    WallTime begun;
    bool opened =
        false;  // place for the recipient's signed "opened, in hand" (rule 4): ends the sequence
    bool complete = false;  // k good shares were known and Released was said
};

// A share that somebody gave. A wrong one is kept as a mark, so that it is told once.
struct GivenShare {
    Signed<ReleasedShare> share;
    bool good = false;
};

struct State {
    SharedPolicy policy;   // never null
    Signed<CheckIn> last;  // the newest taken, maybe followed without acknowledging
    WallTime deadline;     // grace follows it
    std::optional<Rank> acknowledged = {};      // the newest that we put our name to
    bool warned = false;                        // contacts, for `last`
    std::vector<Signed<CheckIn>> waiting = {};  // too new for our clock; earliest first
    std::optional<Signed<ReleaseNow>> release_now = {};
    unsigned hold = 0;  // rule 8: holds in force on `last`; 0 until that rule is built

    std::vector<Signed<Acknowledgement>> acknowledgements = {};  // each other guardian's newest
    std::vector<Adopted> adoptions = {};                         // everybody's, our own among them
    std::optional<Rank> bound =
        {};  // our newest adoption that still forbids acknowledging newer ones
    std::optional<Motion> decided = {};  // q adoptions are in hand: the point of no return
    std::vector<Signed<Vote>> quorum =
        {};                          // the votes behind our newest adoption, for the release record
    std::vector<Stage> stages = {};  // begun, in the policy's order
    std::vector<GivenShare> shares = {};

    std::optional<Asking> asking = {};
    unsigned failed_rounds = 0;
    std::optional<Restart> restart = {};
    Schedule push = {};                        // of adoptions and shares
    Duration clock_off = {};                   // ours, from the median of q, when last compared
    std::vector<GuardianId> clocks_told = {};  // whose clock the operator was told is off

    Policy const& terms() const { return policy->value(); }
    Quorum const& numbers() const { return terms().quorum; }
    // What a vote of ours would be about now.
    Subject subject() const;
    Rank rank() const;
    Motion motion() const;
    WallTime release_from() const { return deadline + last->grace; }
    bool passed(WallTime now) const { return release_now.has_value() || now >= release_from(); }
    // How `status` calls it: "watching", "grace", "voting", "adopted", "released".
    char const* phase(WallTime now) const;
};

// No state is larger, even when malicious guardians pad every document to payload_bytes_max: of
// each of 16 an acknowledgement, four adoptions, two votes and a share for each of four stages, in
// base64.
inline constexpr std::size_t state_bytes_max = 48u << 20;

std::string write_state(State const& state);
// What this guardian itself wrote. Code "state". Signatures are not checked again.
Result<State> parse_state(std::string_view text, FindPolicy const& find_policy);

}  // namespace exhibit::protocol
