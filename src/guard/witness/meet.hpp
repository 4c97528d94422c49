// The first meeting: an invitation becomes a guardian's card, an enrolment becomes a receipt.
#pragma once

#include "case/enrolment.hpp"
#include "guard/witness/link.hpp"

namespace exhibit::guard {

struct Met {
    GuardianCard card;
    Envelope clock;  // a ClockReading for the case that is to be
};
// Codes: "invitation" (used, expired, unknown), "pin", "refused", …
Result<Met> meet(Invitation const& invitation, CaseId const& case_id, LinkOptions const& options,
                 Random& random);

// Returns the ShareReceipt as it came; seal::check_share_receipt judges it.
Result<Envelope> enrol(Invitation const& invitation, Enrolment const& enrolment,
                       LinkOptions const& options);

}  // namespace exhibit::guard
