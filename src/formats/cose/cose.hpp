// cose: signatures over CBOR, as C2PA signs a claim.
//
// Comes in: a tagged COSE_Sign1 with a detached payload, from anyone. Goes out: its parts, or an
// Error of code "cose"; the bytes that were signed; and a COSE_Sign1 of our own.
//
// Spec: RFC 9052 (COSE_Sign1, Sig_structure), RFC 9053 and RFC 9864 (algorithms: ES256, ES384,
// ES512 and their fully specified twins, PS256, PS384, PS512, EdDSA as Ed25519), RFC 9360
// (x5chain). C2PA also allows the text label "x5chain" and, for old files, either bucket; one label
// in both buckets is malformed.
//
// What is verified is the protected header as it was stored, never an encoding of ours. Not
// implemented: attached payloads, external data, countersignatures, other algorithms (`scheme` is
// then empty and the number stays in `algorithm`).
#pragma once

#include "crypto/any_key.hpp"
#include "formats/cbor/cbor.hpp"

namespace exhibit::cose {

inline constexpr std::uint64_t sign1_tag = 18;
inline constexpr std::int64_t header_algorithm = 1;
inline constexpr std::int64_t header_x5chain = 33;
inline constexpr std::size_t chain_max = 16;

struct Sign1 {
    Bytes protected_bytes;
    cbor::Value protected_map{cbor::Map{}};
    cbor::Value unprotected{cbor::Map{}};
    Bytes signature;
    std::int64_t algorithm = 0;
    std::optional<SignatureScheme> scheme;
    std::vector<Bytes> x5chain;  // DER, leaf first; empty when there is none
};

Result<Sign1> parse_sign1(ByteView bytes);
Bytes write_sign1(Sign1 const& sign1);

// RFC 9052 §4.4, with empty external data. The context is "Signature1" for the signature itself.
Bytes signed_bytes(std::string_view context, ByteView protected_bytes, ByteView payload);

std::int64_t algorithm_number(SignatureScheme scheme);
char const* algorithm_name(SignatureScheme scheme);  // "Es256", as reports write it
// The protected header that we write: algorithm and x5chain, nothing else.
Bytes write_protected(SignatureScheme scheme, std::vector<Bytes> const& x5chain);

}  // namespace exhibit::cose
