// Reading: taking a compact text apart, and RFC 9901 §7.1 over what came out.
#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "formats/sdjwt/sdjwt.hpp"

namespace exhibit {
namespace {

// §7.1: a token is small; its parts need no depth of ours beyond this.
constexpr JsonLimits part_limits{.bytes_max = sd_jwt_bytes_max, .depth_max = 16};

Error refused(std::string what, std::string where) {
    return bad_input(std::move(what)).at(std::move(where)).coded("sd-jwt");
}

struct Parts {
    std::string_view header, payload, signature, signed_part;
};

// Views into the jwt.
Result<Parts> split(std::string_view jwt) {
    auto const first = jwt.find('.');
    auto const second = first == jwt.npos ? jwt.npos : jwt.find('.', first + 1);
    if (second == jwt.npos || jwt.find('.', second + 1) != jwt.npos) {
        return refused("has not three parts", "jwt");
    }
    return Parts{jwt.substr(0, first), jwt.substr(first + 1, second - first - 1),
                 jwt.substr(second + 1), jwt.substr(0, second)};
}

Result<Bytes> decoded(std::string_view text, char const* where) {
    auto bytes = from_base64(text, Base64::url_unpadded);
    if (!bytes) return refused(bytes.error().what, where);
    return bytes;
}

Result<Json> decoded_json(std::string_view text, char const* where) {
    auto const bytes = TRY(decoded(text, where));
    return parse_json(bytes, part_limits);
}

struct Header {
    std::string type;
    std::optional<PublicKey> key;
};

// RFC 8037 §2. The private half "d" would be an unknown field.
Result<PublicKey> parse_jwk(JsonObject jwk) {
    auto const kind = TRY(jwk.text("kty", 16));
    auto const curve = TRY(jwk.text("crv", 16));
    if (kind != "OKP" || curve != "Ed25519") return refused("is not an Ed25519 key", jwk.where());
    auto const x = TRY(jwk.text("x", 43));
    TRY(jwk.finish());
    auto const bytes = TRY(decoded(x, "header.jwk.x"));
    auto const raw = TRY(exactly<32>(bytes));
    return PublicKey(raw);
}

Result<Header> parse_header(std::string_view text) {
    auto const json = TRY(decoded_json(text, "header"));
    auto object = TRY(JsonObject::of(json, "header"));
    Header header;
    // One algorithm, and never the token's choice: "none" and HMAC confusion end here.
    auto const algorithm = TRY(object.text("alg", 16));
    if (algorithm != "EdDSA") return refused("is not EdDSA", "header.alg");
    header.type = TRY(object.text("typ", sd_jwt_type_max));
    TRY(object.optional_text("kid", 1024));
    if (object.has("jwk")) {
        auto jwk = TRY(object.object("jwk"));
        auto key = TRY(parse_jwk(std::move(jwk)));
        header.key = key;
    }
    TRY(object.finish());
    return header;
}

Outcome check_signature(Parts const& parts, PublicKey const& key) {
    auto const signature = TRY(decoded(parts.signature, "signature"));
    if (signature.size() == 64 && verify_ed25519(key, as_bytes(parts.signed_part), signature))
        return {};
    return bad_input("does not verify with this key").at("signature").coded("signature");
}

// Takes `_sd` and `_sd_alg` out of the payload. §7.1 step 4: a digest twice is refused.
Result<std::set<std::string>> take_digests(Json& payload) {
    std::set<std::string> digests;
    auto object = TRY(JsonObject::of(payload, "payload"));
    auto const algorithm =
        TRY(object.optional_text("_sd_alg", 32));  // absent means sha-256, §4.1.1
    if (algorithm.value_or("sha-256") != "sha-256")
        return refused("is not sha-256", "payload._sd_alg");
    if (object.has("_sd")) {
        auto const* list = TRY(object.array("_sd", sd_jwt_digests_max));
        for (auto const& entry : *list) {
            if (!entry.is_string()) return refused("has an entry that is no text", "payload._sd");
            auto const& text = entry.get_ref<std::string const&>();
            auto const bytes = TRY(decoded(text, "payload._sd"));
            if (bytes.size() != 32)
                return refused("has an entry that is no SHA-256", "payload._sd");
            if (!digests.insert(text).second) return refused("has a digest twice", "payload._sd");
        }
    }
    payload.erase("_sd");
    payload.erase("_sd_alg");
    return digests;
}

}  // namespace

Json VerifiedSdJwt::claims() const {
    auto all = open_claims;
    for (auto const& fact : facts) all[fact.name] = fact.value;
    return all;
}

Result<SdJwt> parse_sd_jwt(std::string_view text) {
    if (text.size() > sd_jwt_bytes_max) return refused("is too long", "sd-jwt");
    // Without the last tilde it would be an SD-JWT+KB (§4.3), which is not implemented.
    if (!text.ends_with('~')) return refused("does not end with a tilde", "sd-jwt");
    auto stop = text.find('~');
    SdJwt token{std::string(text.substr(0, stop)), {}};
    TRY(split(token.jwt));
    while (stop + 1 < text.size()) {
        auto const start = stop + 1;
        stop = text.find('~', start);
        if (token.disclosures.size() == disclosures_max) {
            return refused("has too many disclosures", "sd-jwt");
        }
        auto disclosure = TRY(parse_disclosure(text.substr(start, stop - start)));
        token.disclosures.push_back(std::move(disclosure));
    }
    return token;
}

Result<VerifiedSdJwt> verify_sd_jwt(SdJwt const& token, PublicKey const& key) {
    auto const parts = TRY(split(token.jwt));
    auto const header = TRY(parse_header(parts.header));
    TRY(check_signature(parts, key));
    // A header that names another key than the one that verified is a trap for the next reader.
    if (header.key && *header.key != key) return refused("is another key", "header.jwk");

    VerifiedSdJwt out;
    out.type = header.type;
    out.open_claims = TRY(decoded_json(parts.payload, "payload"));
    auto digests = TRY(take_digests(out.open_claims));
    TRY(refuse_reserved_claims(out.open_claims));
    out.digests = digests.size();
    std::set<std::string> names;
    for (auto const& given : token.disclosures) {
        // Read anew from the text that was signed for: the other fields of a Disclosure prove
        // nothing.
        auto disclosure = TRY(parse_disclosure(given.encoded));
        // Erased when used, so the same disclosure a second time is refused too (§7.1 step 5).
        if (digests.erase(digest_of(disclosure)) == 0) {
            return refused("is not one of the signed digests", "disclosure");
        }
        if (out.open_claims.contains(disclosure.name) || !names.insert(disclosure.name).second) {
            return refused("names a claim that is already there", "disclosure");
        }
        out.facts.push_back({std::move(disclosure.name), std::move(disclosure.value)});
    }
    return out;
}

Result<PublicKey> key_in_header(SdJwt const& token) {
    auto const parts = TRY(split(token.jwt));
    auto const header = TRY(parse_header(parts.header));
    if (!header.key) return refused("has no key", "header.jwk");
    return *header.key;
}

}  // namespace exhibit
