// When a state of the log is to be stamped. Pure.
#pragma once

#include <optional>

#include "base/time.hpp"

namespace exhibit::guard {

struct StampStanding {
    bool news = false;              // events of cases came since the last stamp
    std::optional<WallTime> last;   // when that was made
    std::optional<WallTime> renew;  // the earliest end of a certificate behind its tokens
    Duration every;
};

enum class StampDue {
    no,
    news,   // there is something new to stamp
    renew,  // what was stamped rests on a certificate that soon ends; the next stamp covers it
};
StampDue stamp_due(StampStanding const& standing, WallTime now);

// Before the certificate ends: thirty days, or a third of what was left of it when it stamped.
WallTime renew_from(WallTime stamped, WallTime certificate_ends);

}  // namespace exhibit::guard
