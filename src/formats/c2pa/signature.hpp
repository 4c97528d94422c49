// Who signed a claim, and when: the COSE signature, its certificate, its time stamps.
#pragma once

#include "formats/c2pa/status.hpp"
#include "formats/c2pa/store.hpp"
#include "formats/cose/cose.hpp"
#include "formats/x509/x509.hpp"

namespace exhibit::c2pa {

// Whom to believe, and what time it is.
struct Question {
    x509::TrustLists const& lists;
    WallTime now;
};

struct Signer {
    std::optional<SignatureScheme> scheme;
    std::string issuer;  // organisation of the subject, as the reference's report calls it
    std::string common_name;
    std::string serial;
    std::optional<WallTime> stamped;  // by a time-stamp authority that is on the list
    bool verified = false;
    bool pad_holds_data = false;  // bytes in the room that was kept free, which nothing protects
    x509::Standing standing = x509::Standing::untrusted;
};

// Time-stamp tokens from `c2pa.time-stamp` assertions, by the label of the manifest they stamp.
using LateStamps = std::vector<std::pair<std::string, Bytes>>;
LateStamps late_stamps(Store const& store);

// Statuses go to `to`; what a report shows of the signer comes back.
Signer check_signature(Manifest const& manifest, LateStamps const& late, Question const& question,
                       StatusLists& to);

}  // namespace exhibit::c2pa
