// What the documents of a release prove, checked once for whoever publishes and once for whoever
// doubts. Pure. Only a policy or a subject that does not hold is an error; every other document
// that does not fit becomes a complaint and counts for nothing, so that one liar cannot hide what
// the others say.
#pragma once

#include "case/certificate.hpp"
#include "case/receipt.hpp"
#include "case/release.hpp"
#include "case/statement.hpp"

namespace exhibit {

// Which of the bundle's documents does not hold, and why.
struct Complaint {
    enum class About { vote, adoption, share, receipt, vouched, policy };
    About about = About::vote;
    std::size_t index = 0;  // in the bundle's list
    Error why;
};

struct ReleaseEvidence {
    // checked: the check-in that ran out carries the list's digest. unsupported: a release-now
    // carries none.
    enum class Vouching { none, checked, unsupported };

    Signed<Policy> policy;
    // From version 2 on: who did not object to it, and the policies before it that hold as well.
    std::vector<Signed<NoObjection>> no_objections = {};
    std::vector<Signed<Policy>> earlier = {};
    unsigned stage = 0;
    Subject subject;                  // signed by the witness key of the policy
    std::vector<Signed<Vote>> votes;  // these lists: right signature, case, subject, policy
    std::vector<Signed<Adoption>> adoptions;
    std::vector<Signed<ReleasedShare>>
        shares;  // of this stage; words have the digest in the policy
    std::vector<Signed<ExhibitReceipt>> receipts;
    Vouching vouching = Vouching::none;
    VouchedList vouched;
    std::vector<Complaint> complaints;

    // Most distinct guardians that agree on one motion. q of them are the point of no return.
    std::size_t votes_agreeing() const;
    std::size_t adoptions_agreeing() const;
    bool adopted() const { return adoptions_agreeing() >= policy->quorum.q; }
    // The time by which q guardians had agreed on one motion, by their own clocks.
    std::optional<WallTime> agreed_at() const;
    // Is this the digest of the policy, or of an earlier one?
    bool knows_policy(DocumentDigest const& digest) const;
    bool vouches_for(DocumentDigest const& statement) const;
};

// The policy is signed by the witness key that it names: self-made, one hand and not a name. A
// later version is certified by q guardians. Codes: "policy", "stage", "subject", and those of the
// parsers.
Result<ReleaseEvidence> check_release(ReleaseBundle const& bundle);

// Statement key ← device key ← witness key. Codes "chain", "case", "kind", "signature".
struct KeyChain {
    Signed<KeyCertificate> exhibit;
    Signed<KeyCertificate> device;
};
Result<KeyChain> check_key_chain(Envelope const& exhibit_certificate,
                                 Envelope const& device_certificate, PublicKey const& statement_key,
                                 PublicKey const& witness, CaseId const& case_id);

// What many guardians say of one exhibit. `none_earlier_lies`: at most f lie, so of the f+1
// earliest receipts one is honest: by the time of the last of these it existed.
struct HeldBy {
    std::size_t guardians = 0;
    std::optional<WallTime> earliest;
    std::optional<WallTime> no_later_than;
};
HeldBy held_by(ReleaseEvidence const& evidence, DocumentDigest const& statement,
               CipherRoot const& root);

// The policy as data/ holds it: with the witness's signature alone, because others may be added
// later and data/ must be the same at every publisher.
Envelope policy_for_everyone(Envelope const& policy, PublicKey const& witness);

}  // namespace exhibit
