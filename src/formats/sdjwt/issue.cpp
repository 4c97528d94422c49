// Writing: the signed token, its compact text, and presentations of a part of it.
#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "formats/sdjwt/sdjwt.hpp"

namespace exhibit {
namespace {

Error cannot_issue(std::string what) { return bad_input(std::move(what)).coded("sd-jwt"); }

std::string encoded_json(Json const& value) {
    return to_base64(as_bytes(write_json(value)), Base64::url_unpadded);
}

Json header(std::string const& type, PublicKey const& key) {
    auto jwk = Json::object();
    jwk["kty"] = "OKP";
    jwk["crv"] = "Ed25519";
    jwk["x"] = to_base64(key.bytes(), Base64::url_unpadded);
    auto out = Json::object();
    out["alg"] = "EdDSA";
    out["typ"] = type;
    out["jwk"] = std::move(jwk);
    return out;
}

Outcome check_issue(SdJwtIssue const& what) {
    if (what.type.empty() || what.type.size() > sd_jwt_type_max) {
        return cannot_issue("the type is empty or too long");
    }
    if (!what.open_claims.is_object()) return cannot_issue("the open claims are not an object");
    auto const facts = what.facts.size() + what.disclosures.size();
    if (facts > disclosures_max) return cannot_issue("there are too many facts");
    if (facts + what.decoys > sd_jwt_digests_max) return cannot_issue("there are too many decoys");
    TRY(refuse_reserved_claims(what.open_claims));
    TRY(check_json(what.open_claims));
    TRY(check_json(Json(what.type)));
    std::set<std::string_view> names;
    auto const is_new = [&](std::string const& name) {
        return !what.open_claims.contains(name) && names.insert(name).second;
    };
    for (auto const& fact : what.facts) {
        if (!is_new(fact.name)) return cannot_issue("a claim is named twice");
    }
    for (auto const& made : what.disclosures) {
        if (!is_new(made.name)) return cannot_issue("a claim is named twice");
        // The digest is of the text: signing one whose fields say something else would mislead.
        auto const read = TRY(parse_disclosure(made.encoded));
        if (read != made) return cannot_issue("a disclosure is not what its text says");
    }
    return {};
}

}  // namespace

Result<SdJwt> issue_sd_jwt(SdJwtIssue const& what, SigningKey const& key, Random& random) {
    TRY(check_issue(what));
    SdJwt token;
    token.disclosures = what.disclosures;
    std::vector<std::string> digests;
    for (auto const& made : what.disclosures) digests.push_back(digest_of(made));
    for (auto const& fact : what.facts) {
        auto disclosure = TRY(make_disclosure(fact, random));
        digests.push_back(digest_of(disclosure));
        token.disclosures.push_back(std::move(disclosure));
    }
    for (unsigned i = 0; i < what.decoys; ++i) digests.push_back(decoy_digest(random));
    // Sorted, the order tells neither which came first nor which are decoys (§4.2.4.1).
    std::ranges::sort(digests);

    auto payload = what.open_claims;
    if (!digests.empty()) payload["_sd"] = digests;
    payload["_sd_alg"] = "sha-256";
    auto const signed_part =
        encoded_json(header(what.type, key.public_key())) + "." + encoded_json(payload);
    auto const signature = key.sign(as_bytes(signed_part));
    token.jwt = signed_part + "." + to_base64(signature, Base64::url_unpadded);
    return token;
}

std::string write_sd_jwt(SdJwt const& token) {
    auto out = token.jwt + "~";
    for (auto const& disclosure : token.disclosures) out += disclosure.encoded + "~";
    return out;
}

Result<SdJwt> present(SdJwt const& token, std::vector<std::string> const& names) {
    std::set<std::string_view> wanted(names.begin(), names.end());
    SdJwt shown{token.jwt, {}};
    for (auto const& disclosure : token.disclosures) {
        if (wanted.erase(disclosure.name) != 0) shown.disclosures.push_back(disclosure);
    }
    if (!wanted.empty()) {
        return bad_input("has no disclosure of that name")
            .at(std::string(*wanted.begin()))
            .coded("no-such-fact");
    }
    return shown;
}

}  // namespace exhibit
