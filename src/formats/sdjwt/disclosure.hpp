// A disclosure: base64url of the JSON array [salt, name, value] (RFC 9901 §4.2.1). Its digest is
// taken over that text as it came, never over the array written anew: issuers differ in white
// space.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "formats/json/json.hpp"

namespace exhibit {

struct Fact {
    std::string name;
    Json value;
    friend bool operator==(Fact const&, Fact const&) = default;
};

struct Disclosure {
    std::string salt;
    std::string name;
    Json value;
    std::string encoded;
    friend bool operator==(Disclosure const&, Disclosure const&) = default;
};

inline constexpr std::size_t salt_bytes = 16;
inline constexpr std::size_t salt_text_max = 256;
inline constexpr std::size_t claim_name_max = 256;
inline constexpr std::size_t disclosures_max = 256;

// Code "json" when the fact cannot be written, "sd-jwt" when its name is reserved.
Result<Disclosure> make_disclosure(Fact const& fact, Random& random);
// Code "sd-jwt" or "json".
Result<Disclosure> parse_disclosure(std::string_view encoded);

// base64url of the SHA-256 of the encoded disclosure (§4.2.3).
std::string digest_of(Disclosure const& disclosure);
// A digest nobody can disclose (§4.2.5).
std::string decoy_digest(Random& random);

// `_sd`, `_sd_alg` and `...` have a meaning of their own wherever they stand.
bool is_reserved_claim(std::string_view name);
// Refuses a reserved name anywhere below the value: nested digests are not implemented, and read as
// plain claims they would be lies.
Outcome refuse_reserved_claims(Json const& value);

}  // namespace exhibit
