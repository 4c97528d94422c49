// Issuing certificates (RFC 5280), by OpenSSL: for signers who vouch for themselves.
#pragma once

#include "crypto/certificate.hpp"

namespace exhibit {

struct CertificatePlan {
    std::string common_name, organisation;  // UTF-8; at most 64 bytes each
    WallTime not_before, not_after;
    ByteArray<16> serial{};  // random; the first bit is cleared
    // An authority may sign certificates and nothing else; a leaf may sign data and nothing else.
    bool authority = false;
    std::vector<std::string> usages;  // of a leaf: dotted object identifiers
};

// Signed by `issuer_key`; `issuer` is null for a root, which signs itself. Code "certificate" when
// a name is empty or too long.
Result<Certificate> issue_certificate(CertificatePlan const& plan, AnyPublicKey const& subject,
                                      AnyPrivateKey const& issuer_key, Certificate const* issuer);
std::string write_certificate_pem(Certificate const& certificate);
AnyPublicKey public_half(AnyPrivateKey const& key);

}  // namespace exhibit
