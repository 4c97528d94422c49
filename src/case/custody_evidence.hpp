// What a guardian's custody record proves, checked once for whoever prints the table and once for
// whoever doubts. Pure. What does not hold becomes a complaint and counts for nothing.
#pragma once

#include "case/custody_record.hpp"
#include "formats/ots/ots.hpp"
#include "formats/rfc3161/rfc3161.hpp"

namespace exhibit {

struct CheckedEvent {
    Signed<CustodyEvent> event;
    std::optional<LogPlace> place;  // none: no proof yet that it is in the log
};

// A state of the log that its own key signed, and what stamped it.
struct CheckedStamp {
    LogName log;
    tlog::Checkpoint checkpoint;
    Digest256 digest{};  // SHA-256 of the note: what tokens and proofs must be over
    LogStamp stamp;
};

struct CustodyComplaint {
    enum class About { card, event, proof, chain, stamp };
    About about = About::event;
    std::size_t index = 0;  // in the record's list of those
    Error why;
};

struct CheckedCustody {
    GuardianId guardian;
    std::vector<CheckedEvent> events;
    std::vector<CheckedStamp> stamps;
    std::vector<CustodyComplaint> complaints;

    // The stamp over the very state of the log that the event's proof leads to, if there is one.
    CheckedStamp const* stamp_of(CheckedEvent const& event) const;
};

// The cards of all records, each signed by a guardian of the policy; the first of a log stays.
LogCards cards_of(std::vector<CustodyRecord> const& records, Policy const& policy);

// Events must be signed by the record's guardian, belong to the case (or to no case), and hold
// together: each names the one before it, and one that is left out shows (About::chain).
CheckedCustody check_custody(CustodyRecord const& record, LogCards const& cards,
                             Policy const& policy);

// The record without what a complaint is about: what is worth keeping and passing on. Of a chain
// with a gap only what stands before it, so that one guardian that lies about its own past cannot
// make a release look as if something had been taken out of it.
CustodyRecord sound_part(CustodyRecord record, LogCards const& cards, Policy const& policy);
// One record of each guardian of the policy, sound parts only, of several the one that says most:
// guardians show each other's records, and some know more than others.
std::vector<CustodyRecord> merge_custody(std::vector<CustodyRecord> const& records,
                                         Policy const& policy);

// What somebody who asks for times believes.
struct TimeTrust {
    std::vector<Certificate> roots;  // of authorities
    ots::KnownHeaders headers;
};

struct JudgedToken {
    std::string authority;
    std::optional<rfc3161::Stamp> stamp;
    std::optional<Error> trouble;  // instead: codes of rfc3161::judge_token
};

struct JudgedStamp {
    std::vector<JudgedToken> tokens;
    std::optional<ots::Judged> bitcoin;  // none: no OpenTimestamps proof
    std::optional<Error> ots_trouble;    // instead: codes of ots, "imprint"
};
JudgedStamp judge_stamp(CheckedStamp const& stamp, CustodyRecord const& record,
                        TimeTrust const& trust);

// The headers of the record, as given by its guardian. Those of a test chain are left out.
void give_blocks(ots::KnownHeaders& headers, CustodyRecord const& record);

}  // namespace exhibit
