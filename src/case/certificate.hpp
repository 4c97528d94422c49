// Who vouches for a key: witness → device → exhibit. Kept inside packages only, so that a seized
// phone does not link itself to what guardians hold.
#pragma once

#include "case/signed.hpp"

namespace exhibit {

struct KeyCertificate {
    static constexpr std::string_view kind = "application/vnd.exhibit.key-certificate.v1+json";
    static Result<KeyCertificate> parse_payload(ByteView payload);

    enum class Role { device, exhibit };
    CaseId case_id;
    Role role = Role::device;
    PublicKey issuer;  // the witness's key for a device, the device's for an exhibit
    PublicKey subject;
};
std::string write_payload(KeyCertificate const& certificate);

}  // namespace exhibit
