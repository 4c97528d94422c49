// A case comes to this guardian. Everything is checked before anything is written, everything is
// written in one durable batch, and only then does the guardian sign that it could open its share.
#pragma once

#include "guard/guardian/premises.hpp"

namespace exhibit::guard {

struct Enrolled {
    CaseId case_id;
    Envelope receipt;    // ShareReceipt
    bool fresh = false;  // false: the same as before, for an `init` that is run again
};

// One call at a time (the caller's mutex). Codes: "invitation" (403), "exists" (409: the case is
// here under another policy or token), "not-mine", "directory", "share", "quorum", "floors" and the
// parsers' (422).
Result<Enrolled> enrol(Premises const& premises, Enrolment const& enrolment);

}  // namespace exhibit::guard
