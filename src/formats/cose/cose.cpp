#include "formats/cose/cose.hpp"

namespace exhibit::cose {
namespace {

Error wrong(std::string what) { return bad_input("is no COSE signature: " + what).coded("cose"); }

std::optional<SignatureScheme> scheme_of(std::int64_t number) {
    switch (number) {
        case -7:
        case -9: return SignatureScheme::es256;
        case -35:
        case -51: return SignatureScheme::es384;
        case -36:
        case -52: return SignatureScheme::es512;
        case -37: return SignatureScheme::ps256;
        case -38: return SignatureScheme::ps384;
        case -39: return SignatureScheme::ps512;
        case -8:
        case -19: return SignatureScheme::ed25519;
        default: return std::nullopt;
    }
}

Result<std::vector<Bytes>> certificates(cbor::Value const& value) {
    std::vector<Bytes> out;
    if (value.bytes() != nullptr) {
        out.push_back(*value.bytes());
        return out;
    }
    if (value.array() == nullptr || value.array()->empty() || value.array()->size() > chain_max) {
        return wrong("x5chain holds no certificates");
    }
    for (auto const& one : *value.array()) {
        if (one.bytes() == nullptr) return wrong("x5chain holds something else");
        out.push_back(*one.bytes());
    }
    return out;
}

// The number wins over the text; the same label in both buckets is malformed (RFC 9052 §3).
Result<std::vector<Bytes>> chain_of(Sign1 const& sign1) {
    auto const look = [&](auto label) -> Result<cbor::Value const*> {
        auto const* in_protected = sign1.protected_map.find(label);
        auto const* in_unprotected = sign1.unprotected.find(label);
        if (in_protected != nullptr && in_unprotected != nullptr) {
            return wrong("x5chain stands in both headers");
        }
        return in_protected != nullptr ? in_protected : in_unprotected;
    };
    auto const* by_number = TRY(look(header_x5chain));
    auto const* by_text = TRY(look(std::string_view("x5chain")));
    if (by_number == nullptr) by_number = by_text;
    if (by_number == nullptr) return std::vector<Bytes>{};
    return certificates(*by_number);
}

}  // namespace

Result<Sign1> parse_sign1(ByteView bytes) {
    auto const value = TRY(cbor::parse(bytes));
    if (value.tag() == nullptr || value.tag()->tag != sign1_tag) return wrong("another tag");
    auto const* parts = value.tag()->item.front().array();
    if (parts == nullptr || parts->size() != 4) return wrong("not four parts");
    auto const* protected_bytes = (*parts)[0].bytes();
    auto const* signature = (*parts)[3].bytes();
    if (protected_bytes == nullptr || (*parts)[1].map() == nullptr || signature == nullptr) {
        return wrong("a part of the wrong kind");
    }
    if (!(*parts)[2].is_null()) return wrong("its payload is not detached");
    Sign1 out;
    out.protected_bytes = *protected_bytes;
    out.unprotected = (*parts)[1];
    out.signature = *signature;
    if (!protected_bytes->empty()) out.protected_map = TRY(cbor::parse(*protected_bytes));
    if (out.protected_map.map() == nullptr) return wrong("its protected header is no map");
    auto const* algorithm = out.protected_map.find(header_algorithm);
    if (algorithm == nullptr || !algorithm->number()) return wrong("it does not say its algorithm");
    out.algorithm = *algorithm->number();
    out.scheme = scheme_of(out.algorithm);
    out.x5chain = TRY(chain_of(out));
    return out;
}

Bytes write_sign1(Sign1 const& sign1) {
    cbor::Array parts;
    parts.emplace_back(sign1.protected_bytes);
    parts.push_back(sign1.unprotected);
    parts.emplace_back(cbor::Null{});
    parts.emplace_back(sign1.signature);
    return cbor::write(cbor::Value::tagged(sign1_tag, cbor::Value(std::move(parts))));
}

Bytes signed_bytes(std::string_view context, ByteView protected_bytes, ByteView payload) {
    cbor::Array parts;
    parts.emplace_back(context);
    parts.emplace_back(protected_bytes);
    parts.emplace_back(Bytes{});
    parts.emplace_back(payload);
    return cbor::write(cbor::Value(std::move(parts)));
}

std::int64_t algorithm_number(SignatureScheme scheme) {
    switch (scheme) {
        case SignatureScheme::es256: return -7;
        case SignatureScheme::es384: return -35;
        case SignatureScheme::es512: return -36;
        case SignatureScheme::ps256: return -37;
        case SignatureScheme::ps384: return -38;
        case SignatureScheme::ps512: return -39;
        case SignatureScheme::ed25519: return -8;
    }
    return 0;
}

char const* algorithm_name(SignatureScheme scheme) {
    switch (scheme) {
        case SignatureScheme::es256: return "Es256";
        case SignatureScheme::es384: return "Es384";
        case SignatureScheme::es512: return "Es512";
        case SignatureScheme::ps256: return "Ps256";
        case SignatureScheme::ps384: return "Ps384";
        case SignatureScheme::ps512: return "Ps512";
        case SignatureScheme::ed25519: return "Ed25519";
    }
    return "";
}

Bytes write_protected(SignatureScheme scheme, std::vector<Bytes> const& x5chain) {
    VERIFY(!x5chain.empty());
    cbor::Map map;
    map.emplace_back(cbor::Value::integer(header_algorithm),
                     cbor::Value::integer(algorithm_number(scheme)));
    cbor::Value chain(x5chain.front());
    if (x5chain.size() > 1) {
        cbor::Array all;
        for (auto const& one : x5chain) all.emplace_back(one);
        chain = cbor::Value(std::move(all));
    }
    map.emplace_back(cbor::Value::integer(header_x5chain), std::move(chain));
    return cbor::write(cbor::Value(std::move(map)));
}

}  // namespace exhibit::cose
