// Policy: what the witness and the guardians agreed. Signed with the witness key; a later version
// names its predecessor's digest (docs/guardians, rule 6).
//
// It names guardians by their keys only. Where they can be reached is the Directory, which is not
// published.
#pragma once

#include "case/signed.hpp"

namespace exhibit {

// The numbers of the case: n guardians vote, k shares open, q votes release, f may lie
// (docs/guardians).
struct Quorum {
    unsigned n = 0, k = 0, q = 0, f = 0;

    // a = n − q + f + 1: acknowledgements after which a check-in is done.
    unsigned acknowledgements() const { return n - q + f + 1; }
    friend bool operator==(Quorum const&, Quorum const&) = default;
};
// q ≥ 2f+1, n ≥ q+f, 2q > n+f, q ≥ k, k ≥ f+1, at most 16 shares. f = 0 only when the witness said
// --trust-every-guardian. Code "quorum" names the rule that is broken.
Outcome check_quorum(Quorum const& numbers, bool trust_every_guardian);
// 4/2/3/1, 5/3/4/1, 6/3/4/1, 7/4/5/2; else the largest f that the rules allow with k = f+1.
Result<Quorum> default_quorum(unsigned guardians, bool trust_every_guardian);

struct PolicyGuardian {
    PublicKey key;
    std::string recipient;        // age1…: its share and messages to it are encrypted to this
    DocumentDigest share_digest;  // SHA-256 of its share's words
    bool hosts = false;           // publishes by itself after a public release

    GuardianId id() const { return guardian_id(key); }
};

// One stage of the audience. Named recipients hold age keys; a public stage has none.
struct AudienceStage {
    enum class Who { named, everyone };
    Who who = Who::named;
    std::vector<std::string> recipients;  // age1…, for Who::named
    // How long after the stage before, unless that one signed "opened, in hand". Zero for the
    // first.
    Duration after;
    // Whoever holds one of these may sign "opened, in hand", and the next stage does not follow.
    std::vector<PublicKey> confirm = {};
};

struct Floors {
    Duration interval_least;
    Duration grace_least;
    Duration cool_off;
};
inline constexpr Floors usual_floors{Duration::hours(24), Duration::hours(24), Duration::days(7)};
inline constexpr Floors drill_floors{Duration::ms(500), Duration::ms(500), Duration::seconds(1)};

inline constexpr unsigned policy_version_max = 1'000'000;

struct Policy {
    static constexpr std::string_view kind = "application/vnd.exhibit.policy.v1+json";
    static Result<Policy> parse_payload(ByteView payload);

    CaseId case_id;
    unsigned version = 1;
    unsigned protocol = 1;  // rule 10: the `step` that this case runs until it ends
    std::optional<DocumentDigest> predecessor;  // none for version 1
    bool drill = false;      // a rehearsal: marked everywhere, floors may be seconds
    bool cancelled = false;  // the case is over: the clock stops and nothing is released
    PublicKey witness;
    std::string case_recipient;  // age1…: what exhibits are sealed to
    Quorum quorum;
    std::vector<PolicyGuardian> guardians;     // n of them
    std::vector<DocumentDigest> paper_shares;  // digests of the words on paper cards
    std::vector<AudienceStage> audience;       // at least one stage, none when cancelled
    Floors floors;
    WallTime created;

    PolicyGuardian const* find(GuardianId const& id) const;
    AudienceStage const& stage(std::size_t index) const { return audience.at(index); }
};
std::string write_payload(Policy const& policy);
// All of a policy but the witness's key: what a guardian tells the device, which must not learn
// which of its two passphrases opens the true one. Whoever has the key puts it in again.
std::string write_terms(Policy const& policy);
Result<Policy> parse_terms(ByteView text, PublicKey const& witness);

// Opens a document signed by one of the policy's guardians, found by the `guardian` field it
// claims. Code "guardian" when no such guardian belongs to the case.
template <typename T>
Result<Signed<T>> open_from_guardian(Envelope envelope, Policy const& policy) {
    auto const claimed = TRY(peek<T>(envelope));
    auto const* guardian = policy.find(claimed.guardian);
    if (guardian == nullptr)
        return bad_input("signed by a guardian that is not of this case").coded("guardian");
    if (claimed.case_id != policy.case_id)
        return bad_input("belongs to another case").coded("case");
    return Signed<T>::open(std::move(envelope), guardian->key);
}

}  // namespace exhibit
