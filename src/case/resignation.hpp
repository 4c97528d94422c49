// A guardian that will not go on, and says so in time: the witness finds another (a new epoch), and
// counts it as dead from then on.
#pragma once

#include "case/policy.hpp"

namespace exhibit {

struct Resignation {
    static constexpr std::string_view kind = "application/vnd.exhibit.resignation.v1+json";
    static Result<Resignation> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    WallTime leaves;  // until then it does everything that it promised
    WallTime time;
};
std::string write_payload(Resignation const& resignation);

}  // namespace exhibit
