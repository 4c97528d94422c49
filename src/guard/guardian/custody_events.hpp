// The events that a guardian can state, made from what it has just done. Pure.
#pragma once

#include "case/custody_record.hpp"
#include "guard/guardian/exhibits.hpp"

namespace exhibit::guard {

// Who says it, with what, at what moment of its clock.
struct Stating {
    GuardianId guardian;
    CustodyEvent::Tool tool;
    WallTime now;
};

CustodyEvent received_event(Stating const& by, CaseId const& id, HeldExhibit const& exhibit);
// The policy that rules the case from now on.
CustodyEvent policy_event(Stating const& by, CaseId const& id, DocumentDigest const& policy);
// Deadline and grace have passed without a newer sign of life, or a release was asked for.
CustodyEvent voted_event(Stating const& by, CaseId const& id, Motion const& motion);
// A stage of the audience has it.
CustodyEvent released_event(Stating const& by, CaseId const& id, DocumentDigest const& policy,
                            unsigned stage);
CustodyEvent exported_event(Stating const& by, CaseId const& id, DocumentDigest const& policy,
                            unsigned stage);
// This guardian's disk went back in time: what it did with the case in between is not known.
CustodyEvent gap_event(Stating const& by, CaseId const& id, DocumentDigest const& policy,
                       WallTime from, WallTime until);

// Of the whole log: a state of it, and the token or the proof over that state.
CustodyEvent timestamped_event(Stating const& by, std::string const& checkpoint, ByteView token,
                               std::string const& authority, WallTime stamped);
// Of a chain made for a test it says so, and rests on nothing.
CustodyEvent upgraded_event(Stating const& by, std::string const& checkpoint, ByteView proof,
                            KnownBlock const& block, WallTime mined);

}  // namespace exhibit::guard
