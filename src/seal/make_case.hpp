// A new case: keys, shares, policy, check-in 0. The case key exists only here, in locked memory,
// and is gone when this returns; what is left of it are the shares inside the enrolments and on
// paper.
//
// Nothing is written to disk before every guardian has confirmed its share: a crash before that
// means a new case. install_case puts the folder in place in one step.
#pragma once

#include "case/enrolment.hpp"
#include "seal/case_folder.hpp"
#include "seal/install.hpp"

namespace exhibit::seal {

// A guardian that has answered its invitation.
struct MetGuardian {
    Invitation invitation;
    GuardianCard card;
    Envelope clock;  // its ClockReading for this case
};

struct CasePlan {
    CaseId case_id;
    bool drill = false;
    Quorum quorum;
    std::vector<MetGuardian> guardians;
    unsigned paper_shares = 0;
    std::vector<AudienceStage> audience;
    Floors floors = usual_floors;
    Duration interval;
    Duration grace;
    // Opens the key of duress: guardians answer it, and the clock keeps running. Empty: nobody can.
    SecretBytes duress_passphrase;
};

struct MadeCase {
    CaseInfo info;
    Policy policy;
    CheckInMemory first_check_in;           // acknowledgements come with the receipts
    std::vector<Enrolment> enrolments;      // one per guardian, in the order of info.guardians
    std::vector<SecretBytes> paper_shares;  // words
    Bytes case_key_age;                     // goes with paper shares too
    // Files of the case folder besides case.json and last-check-in.json.
    std::vector<NamedFile> files;
};

// The passphrase opens the true key, the one of the plan that of duress; both files look alike.
// Codes: "quorum", "audience", "recipient", "floors", "passphrase" (both are the same).
Result<MadeCase> make_case(CasePlan plan, SecretBytes const& passphrase, WallTime now);

// Is the receipt what init waits for: by this guardian, for this policy, for the share it was sent?
Outcome check_share_receipt(MadeCase const& made, std::size_t guardian, Envelope const& receipt);

// Everything aside, then one rename. Code "exists" when the name is taken.
Outcome install_case(Path const& folder, MadeCase const& made);

}  // namespace exhibit::seal
