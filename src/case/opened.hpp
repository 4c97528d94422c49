// "Opened, in hand": what a named reader signs, so that the next stage of the audience need not
// follow (docs/guardians, rule 4).
#pragma once

#include "case/policy.hpp"

namespace exhibit {

struct Opened {
    static constexpr std::string_view kind = "application/vnd.exhibit.opened.v1+json";
    static Result<Opened> parse_payload(ByteView payload);

    CaseId case_id;
    DocumentDigest policy;
    unsigned stage = 0;  // of that policy's audience
    PublicKey reader;    // one of the stage's confirm keys, which signs this
    WallTime time;
};
std::string write_payload(Opened const& opened);

}  // namespace exhibit
