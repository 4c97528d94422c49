#include "formats/sdjwt/disclosure.hpp"

#include "base/encoding.hpp"
#include "crypto/hash.hpp"

namespace exhibit {
namespace {

Error not_a_disclosure(std::string what) {
    return bad_input(std::move(what)).at("disclosure").coded("sd-jwt");
}

Outcome check_name(std::string const& name) {
    if (name.size() > claim_name_max) return not_a_disclosure("has a name that is too long");
    if (is_reserved_claim(name)) return not_a_disclosure("has a reserved name");
    return {};
}

}  // namespace

bool is_reserved_claim(std::string_view name) {
    return name == "_sd" || name == "_sd_alg" || name == "...";
}

Outcome refuse_reserved_claims(Json const& value) {
    if (value.is_object()) {
        for (auto const& [name, member] : value.get_ref<Json::object_t const&>()) {
            if (is_reserved_claim(name)) {
                return bad_input("has a reserved claim name").coded("sd-jwt");
            }
            TRY(refuse_reserved_claims(member));
        }
    }
    if (value.is_array()) {
        for (auto const& element : value) { TRY(refuse_reserved_claims(element)); }
    }
    return {};
}

Result<Disclosure> make_disclosure(Fact const& fact, Random& random) {
    TRY(check_name(fact.name));
    TRY(refuse_reserved_claims(fact.value));
    Disclosure out{
        to_base64(random.bytes<salt_bytes>(), Base64::url_unpadded), fact.name, fact.value, {}};
    auto array = Json::array();
    array.push_back(out.salt);
    array.push_back(out.name);
    array.push_back(out.value);
    TRY(check_json(array));
    out.encoded = to_base64(as_bytes(write_json(array)), Base64::url_unpadded);
    return out;
}

Result<Disclosure> parse_disclosure(std::string_view encoded) {
    auto const text = from_base64(encoded, Base64::url_unpadded);
    if (!text) return not_a_disclosure(text.error().what);
    auto const array = TRY(parse_json(*text));
    // Two elements would be an array element's disclosure (§4.2.2), which is not implemented.
    if (!array.is_array() || array.size() != 3) return not_a_disclosure("is not a list of three");
    if (!array[0].is_string() || !array[1].is_string()) {
        return not_a_disclosure("has a salt or a name that is not a text");
    }
    Disclosure out{array[0].get<std::string>(), array[1].get<std::string>(), array[2],
                   std::string(encoded)};
    if (out.salt.empty() || out.salt.size() > salt_text_max) {
        return not_a_disclosure("has no salt, or one that is too long");
    }
    TRY(check_name(out.name));
    TRY(refuse_reserved_claims(out.value));
    return out;
}

std::string digest_of(Disclosure const& disclosure) {
    return to_base64(sha256(disclosure.encoded), Base64::url_unpadded);
}

std::string decoy_digest(Random& random) {
    return to_base64(sha256(random.bytes<32>()), Base64::url_unpadded);
}

}  // namespace exhibit
