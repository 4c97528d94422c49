// Was it sealed by a device that the witness reported lost, and does anything show that it existed
// before?
#pragma once

#include "case/device_lost.hpp"
#include "prove/findings.hpp"

namespace exhibit::prove {

// Of one release: what the witness signed, by the device it is about. The earliest time counts.
class LostDevices {
public:
    // The text of one revocations/X.json. False when it is not the witness's word.
    bool add(std::string_view text, PublicKey const& witness, CaseId const& case_id);
    // `held_since`: what f+1 guardians' receipts show, if they show anything.
    void judge(Findings& to, PublicKey const& device, std::optional<WallTime> held_since) const;

private:
    std::vector<Revocation> known_;
};

}  // namespace exhibit::prove
