// A new device key in place of one that was lost: made, certified and on this disk before any
// guardian hears of it, so that a kill at any moment leaves something that goes on.
#pragma once

#include "case/device_lost.hpp"
#include "seal/case_folder.hpp"

namespace exhibit::seal {

// What was begun and not confirmed by every guardian yet.
Result<std::optional<PendingLoss>> pending_loss(CaseFolder const& folder);

// Makes everything and writes it down: new device key and certificate, new access secrets, the
// signed documents. The device seals with the new key from install_device on.
Result<PendingLoss> begin_loss(CaseFolder const& folder, SigningKey const& witness, WallTime from,
                               WallTime now);

// Puts the new device key and its certificate in place, also again.
Outcome install_device(CaseFolder const& folder, PendingLoss const& pending);
// A run that was killed between the two files: what would be sealed now could not be tied to the
// witness. Nothing when none was.
Outcome finish_install(CaseFolder const& folder);

// This guardian has confirmed its new access secret: the case uses it from now on.
Outcome confirm_loss(CaseFolder& folder, GuardianId const& guardian, ByteArray<32> const& secret);

// All have, or none takes it.
Outcome end_loss(CaseFolder const& folder);

}  // namespace exhibit::seal
