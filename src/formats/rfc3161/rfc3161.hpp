// rfc3161: time stamps of authorities. Somebody with a certificate says that a digest was shown to
// them at a time.
//
// Comes in: a token (`.tst`) or a whole response (`.tsr`), the digest it should be of, the roots
// that the asker trusts (never the system's), perhaps certificates and a CRL kept beside it. Goes
// out: the time, and what it rests on. Untrusted is another answer than invalid.
//
// Spec: RFC 3161 with RFC 5816 (signingCertificateV2), through OpenSSL's CMS. The chain is judged
// at the time in the token, not now: after the authority's certificate has ended, a token is worth
// what its other evidence is worth (a CRL kept from then, a second stamp, Bitcoin), and the report
// says so; `restamp_before` tells when to stamp again. SHA-1 imprints are refused. Not
// implemented: accuracy and ordering (not used), policies (reported, not judged), extensions.
#pragma once

#include "crypto/timestamp_request.hpp"

namespace exhibit::rfc3161 {

inline constexpr char const* query_type = "application/timestamp-query";
inline constexpr char const* reply_type = "application/timestamp-reply";
inline constexpr std::size_t reply_bytes_max = 1 << 20;

// Over SHA-256, with certificates wanted. The nonce's first bit is cleared, so that it is positive.
TimestampRequest ask_about(Digest256 const& digest, ByteArray<8> nonce);

struct Trust {
    std::vector<Certificate> roots;
    std::vector<Certificate> kept;  // intermediates, or the signer's, kept beside the token
    Bytes crl;                      // DER, empty for none
};

struct Stamp {
    WallTime time;
    bool trusted = false;  // a chain to one of the roots, valid at that time
    RevocationAnswer revocation = RevocationAnswer::unknown;
    std::string authority;  // names in the signer's certificate
    std::string policy, serial;
    std::optional<WallTime> restamp_before;  // when the signer's certificate ends
    Certificate signer;
};

// Codes: "timestamp" (no token, or its signature does not hold), "imprint" (of something else),
// "usage" (the certificate is not one for time stamps), "revoked".
Result<Stamp> judge_token(ByteView token, HashKind kind, ByteView imprint, Trust const& trust);
// The same for a response to a request: also codes "rejected" and "nonce".
Result<Stamp> judge_reply(ByteView reply, TimestampRequest const& request, Trust const& trust);

}  // namespace exhibit::rfc3161
