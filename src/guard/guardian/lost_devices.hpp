// A witness's word that a device is lost: other access secrets from now on, and a revocation that
// goes into the release unread. Guardians tell each other, so that one that was away learns it as
// well.
#pragma once

#include "case/device_lost.hpp"
#include "guard/guardian/peers.hpp"

namespace exhibit::guard {

// All that were kept of the case, oldest first, for its release.
Result<std::vector<Envelope>> devices_lost(Premises const& premises, CaseId const& id);

class LostDevices {
public:
    LostDevices(Premises const& premises, Peers& peers) : premises_(premises), peers_(peers) {}

    // On disk, and in force, when it returns; then the other guardians are told. The same one again
    // is no error. Codes "signature", "case", "not-mine" (this guardian is not named), "conflict"
    // (older than one that is here, from the future, or too many), the parser's.
    Outcome take(CaseId const& id, Envelope envelope);
    // After a start: what the others may have missed.
    void tell_others(CaseId const& id);

private:
    Premises const& premises_;
    Peers& peers_;
    std::mutex mutex_;
};

}  // namespace exhibit::guard
