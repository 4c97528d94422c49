// A device is gone: what the witness says of it, from another one.
//
// DeviceLost is for the guardians: from now on the case's access secrets are others, so that
// whoever has the device uploads and leaves nothing any more. It carries SHA-256 of each new
// secret, never a secret, and, encrypted to the case, the revocation: guardians must not learn the
// device's key before a release, so that a seized phone does not link itself to what they hold.
//
// Revocation is for those who check a release: what this device key sealed, and nobody shows to
// have existed before that time, may be planted. Both are signed with the witness's key.
#pragma once

#include "case/signed.hpp"

namespace exhibit {

inline constexpr std::size_t devices_lost_max = 16;  // of one case

struct Revocation {
    static constexpr std::string_view kind = "application/vnd.exhibit.revocation.v1+json";
    static Result<Revocation> parse_payload(ByteView payload);

    CaseId case_id;
    PublicKey device;  // the lost one's
    WallTime from;     // as far as the witness can say
    WallTime claimed;  // when she says so
};
std::string write_payload(Revocation const& revocation);

struct DeviceLost {
    static constexpr std::string_view kind = "application/vnd.exhibit.device-lost.v1+json";
    static Result<DeviceLost> parse_payload(ByteView payload);

    struct Access {
        GuardianId guardian;
        Digest256 hash{};  // SHA-256 of the new access secret there
    };
    CaseId case_id;
    WallTime claimed;  // a newer one takes the place of an older one
    std::vector<Access> access;
    Bytes revocation_age;  // age to the case recipient: the envelope of a Revocation
    Access const* find(GuardianId const& id) const;
};
std::string write_payload(DeviceLost const& lost);

// What the device that says it must remember until every guardian has confirmed: killed at any
// moment, the next run goes on with the same secrets.
struct PendingLoss {
    Envelope document;  // DeviceLost
    struct Access {
        GuardianId guardian;
        ByteArray<32> secret{};
    };
    std::vector<Access> access;
    WallTime from;
    // The new device key (it lies open on the device in any case) and its certificate, as they go
    // into the case folder.
    std::string device_key_pem;
    Bytes certificate_age;
};
std::string write_pending_loss(PendingLoss const& pending);
Result<PendingLoss> parse_pending_loss(ByteView text);

}  // namespace exhibit
