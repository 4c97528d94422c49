// Asking an authority for a time stamp (RFC 3161 §2.4): requests and what is answered, by OpenSSL.
// What a token is worth is decided in formats/rfc3161.
#pragma once

#include "crypto/certificate.hpp"

namespace exhibit {

struct TimestampRequest {
    HashKind kind = HashKind::sha256;  // sha1 is read, never written
    Bytes imprint;
    Bytes nonce;  // big-endian, positive, without leading zeros; empty for none
    bool wants_certificates = true;
    friend bool operator==(TimestampRequest const&, TimestampRequest const&) = default;
};
Bytes write_timestamp_request(TimestampRequest const& request);
// Code "timestamp-request". One DER per request: extensions and a policy are refused.
Result<TimestampRequest> parse_timestamp_request(ByteView der);

struct TimestampReply {
    long status = 0;                    // 0 granted, 1 granted with changes, 2 rejected …
    std::vector<std::string> failures;  // "badAlg", …
    std::string text;                   // the authority's own words, not to be trusted
    Bytes token;                        // DER of the ContentInfo; empty when there is none
    bool granted() const { return status == 0 || status == 1; }
};
// Code "timestamp".
Result<TimestampReply> parse_timestamp_reply(ByteView der);

}  // namespace exhibit
