// What guardians say to each other on the way to a release (docs/guardians, rules 2 to 5).
//
//   PreVote      what I know; asked with a nonce, answered with the same nonce
//   VoteRequest  my deadline + grace has passed: has yours?
//   Vote         yes, for this very check-in (or release-now), in answer to your nonce
//   Adoption     I hold a quorum of votes; from here I acknowledge nothing newer
//   ReleasedShare  my share, given only with q adoptions in hand
//
// The subject of a vote is the check-in that has run out, or the release-now that takes its place.
// Votes and adoptions carry its whole envelope, so that whoever sees one can check it and finish.
#pragma once

#include "case/hold.hpp"
#include "case/policy_change.hpp"

namespace exhibit {

// A CheckIn or a ReleaseNow, told apart by its payloadType, known by its digest.
struct Subject {
    Envelope envelope;
    DocumentDigest digest;

    static Subject of(Envelope envelope) {
        auto const digest = document_digest(envelope);
        return {std::move(envelope), digest};
    }
    bool is_release_now() const { return envelope.payload_type == ReleaseNow::kind; }
};

// What must be equal for votes, and for adoptions, to count together.
struct Motion {
    DocumentDigest subject;
    unsigned hold = 0;  // intervals that holds have added (rule 8)
    DocumentDigest policy;
    friend auto operator<=>(Motion const&, Motion const&) = default;
    friend bool operator==(Motion const&, Motion const&) = default;
};

struct PreVote {
    static constexpr std::string_view kind = "application/vnd.exhibit.pre-vote.v1+json";
    static Result<PreVote> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    bool asks = false;  // a question; an answer repeats the asker's nonce
    Nonce nonce{};
    WallTime clock;  // the sender's
    Envelope last_check_in;
    std::optional<Envelope> release_now;
    std::vector<Envelope> holds;                   // HoldWords and the SpokenWord for that check-in
    DocumentDigest policy;                         // in force with the sender
    std::optional<PolicyCertificate> certificate;  // of that policy, from version 2 on
    // In an answer: the asker's own newest acknowledgement and all its adoptions that the sender
    // knows, so that a guardian whose disk went back takes its own word back (rule 2).
    std::optional<Envelope> your_acknowledgement;
    std::vector<Envelope> your_adoptions;
};
std::string write_payload(PreVote const& pre_vote);

struct VoteRequest {
    static constexpr std::string_view kind = "application/vnd.exhibit.vote-request.v1+json";
    static Result<VoteRequest> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    Nonce nonce{};
    Subject subject;
    unsigned hold = 0;
    DocumentDigest policy;
};
std::string write_payload(VoteRequest const& request);

struct Vote {
    static constexpr std::string_view kind = "application/vnd.exhibit.vote.v1+json";
    static Result<Vote> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    Nonce nonce{};  // the asker's
    WallTime time;  // the voter's clock: for the record, never for a decision
    Subject subject;
    unsigned hold = 0;
    DocumentDigest policy;

    Motion motion() const { return {subject.digest, hold, policy}; }
};
std::string write_payload(Vote const& vote);

struct Adoption {
    static constexpr std::string_view kind = "application/vnd.exhibit.adoption.v1+json";
    static Result<Adoption> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    WallTime time;
    Subject subject;
    unsigned hold = 0;
    DocumentDigest policy;

    Motion motion() const { return {subject.digest, hold, policy}; }
};
std::string write_payload(Adoption const& adoption);

// A guardian's share after the point of no return. For everyone: the words. For a named audience:
// an age file to each recipient, and nobody else can read it.
struct ReleasedShare {
    static constexpr std::string_view kind = "application/vnd.exhibit.released-share.v1+json";
    static Result<ReleasedShare> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    DocumentDigest policy;
    unsigned stage = 0;                // of the policy's audience
    std::optional<std::string> words;  // public stage
    struct ForRecipient {
        std::string recipient;
        Bytes age_file;
    };
    std::vector<ForRecipient> encrypted;  // named stage
};
std::string write_payload(ReleasedShare const& share);

}  // namespace exhibit
