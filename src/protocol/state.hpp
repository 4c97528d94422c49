// What one guardian knows and has promised about one case. A value: copied, compared by its text,
// changed only by step().
//
// write_state gives one canonical JSON text, stored as one row per case. The policy is not in it
// but named by its digest: it is the largest part, never changes under its digest, and the shell
// keeps it beside (write_envelope(state.policy->envelope()), once) and hands it back through
// FindPolicy, parsed once for all reads. Everything else that is needed to go on after a kill -9 is
// in the text.
//
// What is promised: last + deadline (acknowledged), no-objections and adoptions of our own,
// decided, releases. The rest (rounds, others' acknowledgements, schedules) only saves messages and
// may be lost.
#pragma once

#include <functional>
#include <memory>

#include "case/opened.hpp"
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
    std::optional<Signed<Opened>> opened = {};  // a reader has it in hand: ends the sequence
    // Who has said that it knows this; the others are told until they do. Only in memory.
    std::vector<GuardianId> opened_known = {};
    Schedule opened_again = {};
    bool complete = false;  // k good shares were known and Released was said
};

// A share that somebody gave. A wrong one is kept as a mark, so that it is told once.
struct GivenShare {
    Signed<ReleasedShare> share;
    bool good = false;
};

// What has come of one policy that is released. More than one: when two policies both reached q
// adoptions, or when the audience was changed after a release.
struct Release {
    SharedPolicy policy;
    std::vector<Stage> stages = {};  // begun, in the policy's order
    std::vector<GivenShare> shares = {};
};

// A policy that was in force once, with the words that certified it.
struct Certified {
    SharedPolicy policy;
    std::vector<Signed<NoObjection>> words = {};
};

// A change of policy that has not been certified yet (rule 6).
struct Proposal {
    SharedPolicy policy;
    WallTime since;  // first seen, by our clock
    std::vector<Signed<NoObjection>> words = {};
    Schedule again = {};  // when to pass it on
};

struct State {
    SharedPolicy policy;   // in force: version 1, or the newest certified one; never null
    Signed<CheckIn> last;  // the newest taken, maybe followed without acknowledging
    WallTime deadline;     // of `last` without holds; grace follows it
    std::optional<Rank> acknowledged = {};      // the newest that we put our name to
    bool warned = false;                        // contacts, for `last`
    std::vector<Signed<CheckIn>> waiting = {};  // too new for our clock; earliest first
    std::optional<Signed<ReleaseNow>> release_now = {};
    std::vector<Signed<HoldWord>> holds = {};       // for `last`
    std::optional<Signed<SpokenWord>> spoken = {};  // for `last`, of the highest place
    unsigned hold = 0;                              // intervals that these add (rule 8)
    std::optional<WallTime> duress = {};  // word of duress since the last check-in (rule 9)
    // Of the shadow ledger: whose documents count in it. Else the policy's witness.
    std::optional<PublicKey> speaker = {};

    std::vector<Signed<NoObjection>> certificate = {};  // of the policy in force, from version 2 on
    std::vector<Certified> earlier = {};                // once in force, oldest first
    std::vector<Proposal> proposals = {};
    // One digest for each version number, whatever comes: those that we did not object to.
    std::vector<Signed<NoObjection>> not_objected = {};
    unsigned burned = 0;  // version numbers up to this one were dropped at a word of duress
    // Those themselves, until they would have cooled off: whoever holds the device has seen them
    // waiting, and must not see them go.
    std::vector<Proposal> dropped = {};

    std::vector<Signed<Acknowledgement>> acknowledgements = {};  // of `last`, by the others
    std::vector<Adopted> adoptions = {};                         // everybody's, our own among them
    std::optional<Rank> bound =
        {};  // our newest adoption that still forbids acknowledging newer ones
    std::optional<Motion> decided = {};  // q adoptions are in hand: the point of no return
    std::vector<Signed<Vote>> quorum =
        {};  // the votes behind our newest adoption, for the release record
    std::vector<Release> releases = {};  // by version, lowest first

    std::optional<Asking> asking = {};
    unsigned failed_rounds = 0;
    std::optional<Restart> restart = {};
    Schedule push = {};                        // of adoptions and shares
    Duration clock_off = {};                   // ours, from the median of q, when last compared
    std::vector<GuardianId> clocks_told = {};  // whose clock the operator was told is off

    // When each other guardian was last helped to finish, and told what we know. Only in memory: it
    // saves messages.
    struct Told {
        GuardianId guardian;
        WallTime when;
    };
    std::vector<Told> helped = {}, told = {};

    Policy const& terms() const { return policy->value(); }
    Quorum const& numbers() const { return terms().quorum; }
    // What a vote of ours would be about now.
    Subject subject() const;
    Rank rank() const;
    Motion motion() const;
    PublicKey const& witness() const { return speaker ? *speaker : terms().witness; }
    // In force now or earlier; null when we have never taken it.
    SharedPolicy find_policy(DocumentDigest const& digest) const;
    Release const* find_release(DocumentDigest const& policy) const;
    WallTime due() const { return deadline + last->interval * static_cast<std::int64_t>(hold); }
    WallTime release_from() const { return due() + last->grace; }
    bool passed(WallTime now) const {
        return !terms().cancelled && (release_now.has_value() || now >= release_from());
    }
    // How `status` calls it: "watching", "grace", "voting", "adopted", "released", "cancelled".
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
