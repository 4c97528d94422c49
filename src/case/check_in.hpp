// Signs of life, and the guardians' clocks that they carry (docs/guardians, rules 1 and 7).
#pragma once

#include "case/policy.hpp"

namespace exhibit {

// A guardian's clock, signed over the device's nonce so that it cannot be an old one replayed.
struct ClockReading {
    static constexpr std::string_view kind = "application/vnd.exhibit.clock.v1+json";
    static Result<ClockReading> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    WallTime time;
    Nonce nonce{};
};
std::string write_payload(ClockReading const& clock);

// The witness's signed sign of life. `init` makes check-in 0 of the same form.
struct CheckIn {
    static constexpr std::string_view kind = "application/vnd.exhibit.check-in.v1+json";
    static Result<CheckIn> parse_payload(ByteView payload);

    CaseId case_id;
    WallTime claimed;   // τ: when the witness says it was made
    Duration interval;  // until the next one is due
    Duration grace;     // of warnings after that
    DocumentDigest policy;
    DocumentDigest vouched;  // of the list of statements the witness vouches for (VouchedList)
    // ClockReadings of at least f+1 guardians, none older than interval + grace.
    std::vector<Envelope> clocks;
    // Commitments to codes that the witness can tell a guardian by telephone (SpokenWord), in the
    // order in which they are to be used.
    std::vector<Digest256> spoken = {};
};
inline constexpr std::size_t spoken_codes_max = 8;
std::string write_payload(CheckIn const& check_in);

// Two check-ins closer than this are one. 10 minutes for the usual 72 h; in a drill it shrinks with
// the interval in the same proportion.
Duration least_gap(Duration interval);

// The digests of the statements the witness vouches for, one a line, in seal order. The text is
// stored with the guardians under its digest; a check-in carries the digest.
struct VouchedList {
    std::vector<DocumentDigest> statements;
    std::string text() const;
    DocumentDigest digest() const;
    static Result<VouchedList> parse(std::string_view text);
};

// "Now": takes the place of the check-in in votes and adoptions, and is final (rule 7).
struct ReleaseNow {
    static constexpr std::string_view kind = "application/vnd.exhibit.release-now.v1+json";
    static Result<ReleaseNow> parse_payload(ByteView payload);

    CaseId case_id;
    WallTime claimed;
    DocumentDigest policy;
};
std::string write_payload(ReleaseNow const& now);

}  // namespace exhibit
