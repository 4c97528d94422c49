#include "guard/guardian/time_plan.hpp"

#include <algorithm>

namespace exhibit::guard {
namespace {

constexpr auto renew_before_most = Duration::days(30);

}  // namespace

WallTime renew_from(WallTime stamped, WallTime certificate_ends) {
    auto const left = std::max(certificate_ends - stamped, Duration());
    return certificate_ends - std::min(renew_before_most, left / 3);
}

StampDue stamp_due(StampStanding const& standing, WallTime now) {
    // A clock that went back must not put the next stamp off.
    bool const rested =
        !standing.last || now >= *standing.last + standing.every || now < *standing.last;
    if (!rested) return StampDue::no;
    if (standing.news) return StampDue::news;
    if (standing.renew && standing.last && now >= renew_from(*standing.last, *standing.renew))
        return StampDue::renew;
    return StampDue::no;
}

}  // namespace exhibit::guard
