// The release record: what everybody who publishes a release says in the same words. It is a
// function of {case, policy digest, stage of the audience} alone (docs/guardians, rule 5);
// check-in, votes, adoptions and times are attachments that may differ from publisher to publisher.
#pragma once

#include "case/custody_record.hpp"
#include "case/policy.hpp"
#include "case/vote.hpp"

namespace exhibit {

// Lies in data/release.json of a release folder. Canonical JSON, one text per value.
std::string write_release_record(Policy const& policy, DocumentDigest const& policy_digest,
                                 unsigned stage);

struct ReleaseRecord {
    CaseId case_id;
    DocumentDigest policy;
    unsigned stage = 0;
    bool drill = false;
    static Result<ReleaseRecord> parse(ByteView text);
};

// Everything about a released case but the ciphertexts: what a guardian hands to whoever publishes
// it. Only documents that carry their own proof; `open_release` checks them.
struct ReleaseBundle {
    struct Exhibit {
        ExhibitNumber number;
        std::uint64_t size_bytes = 0;
        // None: an upload that was cut off before its statement; released as unfinished, unsigned.
        std::optional<std::string> statement;
    };

    Envelope policy;
    std::vector<Envelope> no_objections;  // that certify it, from version 2 on
    // The policies in force before it, each with what certified it. The release may rest on
    // adoptions under one of them: what is released stays released when the audience is changed.
    std::vector<PolicyCertificate> earlier;
    unsigned stage = 0;
    Envelope subject;  // the check-in that ran out, or the release-now
    std::vector<Envelope> votes;
    std::vector<Envelope> adoptions;
    std::vector<Envelope> shares;             // ReleasedShare
    std::vector<Envelope> receipts;           // ExhibitReceipt
    std::vector<Envelope> devices_lost = {};  // DeviceLost, oldest first; mostly none
    std::string vouched;  // text of the VouchedList of the last check-in; may be empty
    Bytes case_key_age;
    std::vector<Exhibit> exhibits;
    std::vector<CustodyRecord> custody;  // of the guardians that were heard; may be empty
};
inline constexpr std::size_t release_bundle_bytes_max = 64u << 20;
std::string write_release_bundle(ReleaseBundle const& bundle);
Result<ReleaseBundle> parse_release_bundle(ByteView text);

}  // namespace exhibit
