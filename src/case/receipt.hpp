// What guardians promise the witness, signed. "Sent" is never said before one of these is in hand.
#pragma once

#include "case/check_in.hpp"
#include "case/policy.hpp"

namespace exhibit {

// "I could decrypt my share, and its digest is the one in the policy." init ends when every
// guardian has signed one.
struct ShareReceipt {
    static constexpr std::string_view kind = "application/vnd.exhibit.share-receipt.v1+json";
    static constexpr std::size_t bytes_max = 4096;
    static Result<ShareReceipt> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    DocumentDigest policy;
    DocumentDigest share_digest;
    WallTime time;
};
std::string write_payload(ShareReceipt const& receipt);

// "This check-in is on my disk, and I have adopted nothing older."
struct Acknowledgement {
    static constexpr std::string_view kind = "application/vnd.exhibit.acknowledgement.v1+json";
    static constexpr std::size_t bytes_max = 4096;
    static Result<Acknowledgement> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    DocumentDigest check_in;
    WallTime deadline;  // by this guardian's reckoning; grace follows
    WallTime time;
};
std::string write_payload(Acknowledgement const& acknowledgement);

// "I hold the whole ciphertext of this exhibit; I have computed its root; it is on my disk."
struct ExhibitReceipt {
    static constexpr std::string_view kind = "application/vnd.exhibit.receipt.v1+json";
    static constexpr std::size_t bytes_max = 4096;
    static Result<ExhibitReceipt> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    ExhibitNumber number;
    CipherRoot root;
    std::uint64_t size_bytes = 0;
    DocumentDigest statement;  // SHA-256 of the statement's text as stored
    WallTime time;
};
std::string write_payload(ExhibitReceipt const& receipt);

// How a guardian sees the case, for `status`.
struct CaseStatus {
    static constexpr std::string_view kind = "application/vnd.exhibit.status.v1+json";
    static Result<CaseStatus> parse_payload(ByteView payload);

    struct Held {
        ExhibitNumber number;
        std::uint64_t size_bytes = 0;
        bool complete = false;
        DocumentDigest statement;
    };
    struct Seen {
        GuardianId guardian;
        WallTime last_heard;
    };

    CaseId case_id;
    GuardianId guardian;
    Nonce nonce{};
    WallTime time;
    DocumentDigest check_in;
    WallTime claimed;  // of that check-in
    WallTime deadline;
    WallTime release_from;          // deadline, holds and grace
    std::string phase;              // "watching", "grace", "voting", "adopted", "released"
    std::int64_t clock_off_ms = 0;  // from the median of the clocks heard; 0 when none were
    std::vector<Held> held;
    std::vector<Seen> seen;
    unsigned hold = 0;  // intervals that guardians' people or spoken codes have added
    struct InForce {
        DocumentDigest policy;
        unsigned version = 1;
        // No adoption under an older one stands here: a of these, and the change is done.
        bool confirmed = true;
    };
    InForce in_force;
    struct Change {
        DocumentDigest policy;
        unsigned version = 0;
        WallTime cooled_off;
    };
    std::vector<Change> changes;  // that cool off here
    struct Leaving {
        GuardianId guardian;
        WallTime leaves;
    };
    std::vector<Leaving> leaving;
};
std::string write_payload(CaseStatus const& status);

}  // namespace exhibit
