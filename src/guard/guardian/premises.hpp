// What every part of one guardian works with. Borrowed: Guardian owns all of it and outlives its
// parts.
#pragma once

#include "guard/guardian/case_files.hpp"
#include "guard/guardian/keys.hpp"
#include "guard/guardian/operator_log.hpp"
#include "store/blobs.hpp"

namespace exhibit::guard {

class Custody;

struct Premises {
    GuardianKeys const& keys;
    GuardianId id;
    CaseFiles& files;
    Blobs& blobs;
    OperatorLog& log;
    std::function<WallTime()> now;
    Path invitations;  // folder of those not yet used
    // There from before start() until the end.
    Custody* custody = nullptr;

    Rows& rows() const { return files.rows(); }
};

}  // namespace exhibit::guard
