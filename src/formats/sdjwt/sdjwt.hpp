// sdjwt: a signed statement whose facts can be shown one by one, long after it was signed.
//
// Comes in: claims that are open to all, and facts that are not yet. Goes out: a token that holds
// the open claims and a salted digest per fact, in an order that tells nothing, with decoys among
// them; and a disclosure per fact, which whoever holds it may show or keep. Reading: a compact text
// from anyone becomes a verified set of claims, or an Error.
//
// Spec: RFC 9901 (SD-JWT), `<JWT>~<Disclosure>~…~`; EdDSA with Ed25519 (RFC 8037); `_sd_alg`
// sha-256. A salt has 128 bits: without it, a time or a place could be guessed from its digest.
// Checked here: alg, signature, digests unique and well-formed, each disclosure referenced exactly
// once, no reserved or doubled claim name. Checked by the caller: that the key is the one it trusts
// (the key in the header is only a claim), that `type` is the expected one (a token of one type
// must not pass as another), and every claim's meaning, `exp` and `nbf` among them.
//
// Reading order: sdjwt.hpp, disclosure.hpp, issue.cpp, verify.cpp.
// Not implemented, therefore refused: digests inside nested objects and array elements (`_sd` and
// `...` below the top level), key binding (`+KB`), JWS JSON serialisation, other algorithms;
// numbers that are not integers below 2^53; header fields other than alg, typ, kid, jwk (so `crit`
// too).
#pragma once

#include "base/random.hpp"
#include "crypto/ed25519.hpp"
#include "formats/json/json.hpp"
#include "formats/sdjwt/disclosure.hpp"

namespace exhibit {

struct SdJwtIssue {
    std::string type;  // header `typ`, for example "exhibit-seal+sd-jwt"
    Json open_claims = Json::object();
    std::vector<Fact> facts;  // one digest each
    // Facts whose disclosures were made before, because they lie inside what the token is about. In
    // the token they come before those of `facts`.
    std::vector<Disclosure> disclosures = {};
    unsigned decoys = 0;  // digests of nothing, so that the number of facts stays unknown
};

struct SdJwt {
    std::string jwt;  // three base64url parts, as they were signed
    std::vector<Disclosure> disclosures;
};

struct VerifiedSdJwt {
    std::string type;
    Json open_claims;         // without _sd and _sd_alg
    std::vector<Fact> facts;  // those disclosed, in the order of their disclosures
    std::size_t digests = 0;  // facts, withheld facts and decoys together
    Json claims() const;      // open claims and disclosed facts in one object
};

inline constexpr std::size_t sd_jwt_bytes_max = 1 << 20;
inline constexpr std::size_t sd_jwt_digests_max = 1024;  // facts and decoys
inline constexpr std::size_t sd_jwt_type_max = 128;

// Code "sd-jwt" when a name is reserved or doubled, "json" when a value cannot be written. `random`
// must be a SystemRandom outside tests: who can predict the salts can guess the facts.
Result<SdJwt> issue_sd_jwt(SdJwtIssue const& what, SigningKey const& key, Random& random);

std::string write_sd_jwt(SdJwt const& token);
// Takes it apart; nothing is believed yet. Codes "sd-jwt", "json".
Result<SdJwt> parse_sd_jwt(std::string_view text);

// The same token with only the disclosures of these names. Code "no-such-fact".
Result<SdJwt> present(SdJwt const& token, std::vector<std::string> const& names);

// Codes "signature", "sd-jwt", "json" and those of JsonObject.
Result<VerifiedSdJwt> verify_sd_jwt(SdJwt const& token, PublicKey const& key);

// The key the token says it was signed with. It proves nothing unless the caller knows it
// otherwise.
Result<PublicKey> key_in_header(SdJwt const& token);

}  // namespace exhibit
