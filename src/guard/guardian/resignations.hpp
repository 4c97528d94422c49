// Who of a case's guardians will leave, and when: ours, and what others have told.
//
//   settings   ID/leaves/GUARDIAN     the Resignation's envelope
//              leaving/ID             ours once more, so that a start finds them
//
// Until then a guardian does all that it promised; from then on it answers nothing for the case,
// and counts as dead.
#pragma once

#include <map>
#include <mutex>

#include "case/resignation.hpp"
#include "guard/guardian/premises.hpp"

namespace exhibit::guard {

class Resignations {
public:
    using SendOthers = std::function<void(CaseId const&, Envelope const&)>;
    Resignations(Premises const& premises, SendOthers send_others)
        : premises_(premises), send_others_(std::move(send_others)) {}

    Outcome open();  // reads our own back
    // Ours: durable first, then told. The earlier one stands when it is said again.
    Outcome resign(CaseId const& id, WallTime leaves);
    // Another guardian's. Codes of open_from_guardian.
    Outcome take(CaseId const& id, Envelope const& envelope);
    Result<std::vector<Signed<Resignation>>> all(CaseId const& id);
    // Our own notice has run out.
    bool have_left(CaseId const& id) const;

private:
    std::string key(CaseId const& id, GuardianId const& who) const;
    Outcome keep(CaseId const& id, Signed<Resignation> const& resignation);

    Premises const& premises_;
    SendOthers send_others_;
    mutable std::mutex mutex_;
    std::map<CaseId, WallTime> ours_;
};

}  // namespace exhibit::guard
