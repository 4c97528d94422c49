// How a policy changes (docs/guardians, rule 6).
//
//   witness ──Policy version w, naming its predecessor──> every guardian: cools off
//   guardian ──NoObjection to its digest──> the others         one digest for each version number
//   q of them + the policy = PolicyCertificate: taken by whoever sees it
//
// What a change may say anew: audience, floors, and that the case is cancelled. Guardians, keys,
// numbers and the cool-off stay: other guardians are a new epoch (`exhibit rekey`).
#pragma once

#include "case/policy.hpp"

namespace exhibit {

// "It has cooled off with me, and no word of duress came meanwhile."
struct NoObjection {
    static constexpr std::string_view kind = "application/vnd.exhibit.no-objection.v1+json";
    static Result<NoObjection> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    unsigned version = 0;
    DocumentDigest policy;
    WallTime time;  // the guardian's clock: for the record, never for a decision
};
std::string write_payload(NoObjection const& word);

// A policy and those who do not object; certified when they are q. Version 1 needs none: every
// guardian has signed a ShareReceipt for it.
struct PolicyCertificate {
    Envelope policy;
    std::vector<Envelope> no_objections;
};
Json write_certificate(PolicyCertificate const& certificate);
Result<PolicyCertificate> parse_certificate(Json const& json);

// A certificate, whole or not yet, as one guardian passes it on. The signature only says who sent
// it.
struct PolicyWord {
    static constexpr std::string_view kind = "application/vnd.exhibit.policy-word.v1+json";
    static Result<PolicyWord> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    PolicyCertificate certificate;
};
std::string write_payload(PolicyWord const& word);

// What a guardian says of a change to the witness: that it is on its disk, or that it is in force
// here and no adoption under an older one stands. With a of the latter the change is done: nothing
// can be released under the older policy any more.
struct PolicyReceipt {
    static constexpr std::string_view kind = "application/vnd.exhibit.policy-receipt.v1+json";
    static Result<PolicyReceipt> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    DocumentDigest policy;
    bool in_force = false;
    WallTime cooled_off;  // when its cool-off ends here
    WallTime time;
};
std::string write_payload(PolicyReceipt const& receipt);

// May `next` follow `before`? That it is the witness's is not asked here (of the shadow ledger it
// is another's). Codes: "version" (not a later number, or names another predecessor),
// "change" (says something anew that a change may not say).
Outcome check_successor(Policy const& before, DocumentDigest const& before_digest,
                        Policy const& next);

}  // namespace exhibit
