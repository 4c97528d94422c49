#include "formats/dsse/dsse.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "formats/json/strict.hpp"

namespace exhibit {
namespace {

Error not_an_envelope(std::string what, std::string where) {
    return bad_input(std::move(what)).at(std::move(where)).coded("dsse");
}

Result<Bytes> decoded(JsonObject& object, char const* key, std::size_t limit) {
    // Room for padding; the decoded length is what counts.
    auto const written = TRY(object.text(key, limit / 3 * 4 + 8));
    auto bytes = from_base64_any(written);
    if (!bytes) return not_an_envelope(bytes.error().what, object.where(key));
    if (bytes->size() > limit) return not_an_envelope("is too long", object.where(key));
    return bytes;
}

Result<Envelope::Signature> parse_signature(Json const& value, std::size_t index) {
    auto object = TRY(JsonObject::of(value, "envelope.signatures[" + std::to_string(index) + "]"));
    auto keyid = TRY(object.optional_text("keyid", keyid_max));
    auto sig = TRY(decoded(object, "sig", signature_bytes_max));
    if (sig.empty()) return not_an_envelope("is empty", object.where("sig"));
    return Envelope::Signature{keyid.value_or(""), std::move(sig)};
}

// Of several good ones the least, so that it does not matter in which order they came.
Envelope::Signature const* find_signature(Envelope const& envelope, PublicKey const& key) {
    auto const message = dsse_pae(envelope.payload_type, envelope.payload);
    Envelope::Signature const* least = nullptr;
    for (auto const& signature : envelope.signatures) {
        if (signature.sig.size() != 64 || !verify_ed25519(key, message, signature.sig)) continue;
        if (least == nullptr || signature.sig < least->sig) least = &signature;
    }
    return least;
}

}  // namespace

Bytes dsse_pae(std::string_view payload_type, ByteView payload) {
    Bytes out;
    append(out, "DSSEv1 " + std::to_string(payload_type.size()) + " ");
    append(out, payload_type);
    append(out, " " + std::to_string(payload.size()) + " ");
    append(out, payload);
    return out;
}

std::string dsse_keyid(PublicKey const& key) { return to_hex(sha256(ByteView(key.bytes()))); }

Envelope sign_envelope(std::string payload_type, ByteView payload, SigningKey const& key) {
    VERIFY(payload_type.size() <= payload_type_max);
    Envelope envelope{std::move(payload_type), to_bytes(payload), {}};
    add_signature(envelope, key);
    return envelope;
}

void add_signature(Envelope& envelope, SigningKey const& key) {
    VERIFY(envelope.signatures.size() < envelope_signatures_max);
    auto const signature = key.sign(dsse_pae(envelope.payload_type, envelope.payload));
    envelope.signatures.push_back({dsse_keyid(key.public_key()), to_bytes(signature)});
}

bool signed_by(Envelope const& envelope, PublicKey const& key) {
    return find_signature(envelope, key) != nullptr;
}

bool keep_signature_of(Envelope& envelope, PublicKey const& key) {
    auto const* found = find_signature(envelope, key);
    if (found == nullptr) return false;
    auto sig = found->sig;
    envelope.signatures.clear();
    envelope.signatures.push_back({dsse_keyid(key), std::move(sig)});
    return true;
}

std::string write_envelope(Envelope const& envelope) {
    auto signatures = Json::array();
    for (auto const& signature : envelope.signatures) {
        auto one = Json::object();
        if (!signature.keyid.empty()) one["keyid"] = signature.keyid;
        one["sig"] = to_base64(signature.sig);
        signatures.push_back(std::move(one));
    }
    auto out = Json::object();
    out["payload"] = to_base64(envelope.payload);
    out["payloadType"] = envelope.payload_type;
    out["signatures"] = std::move(signatures);
    return write_json(out);
}

Result<Envelope> parse_envelope(ByteView text, std::size_t limit) {
    // Doubles only because an unknown field, which must be ignored, may hold one.
    auto const value = TRY(parse_strict(text, {.bytes_max = limit}, Numbers::doubles));
    auto object = TRY(JsonObject::of(value, "envelope"));
    Envelope envelope;
    envelope.payload_type = TRY(object.text("payloadType", payload_type_max));
    envelope.payload = TRY(decoded(object, "payload", limit));
    auto const* signatures = TRY(object.array("signatures", envelope_signatures_max));
    if (signatures->empty()) {
        return not_an_envelope("is not signed at all", object.where("signatures"));
    }
    for (auto const& one : *signatures) {
        auto signature = TRY(parse_signature(one, envelope.signatures.size()));
        envelope.signatures.push_back(std::move(signature));
    }
    return envelope;
}

}  // namespace exhibit
