#include "case/signed.hpp"

#include "crypto/hash.hpp"

namespace exhibit {

DocumentDigest document_digest(Envelope const& envelope) {
    return DocumentDigest(sha256(envelope.payload));
}

Json envelope_field(Envelope const& envelope) {
    return to_base64(as_bytes(write_envelope(envelope)));
}

Result<Envelope> take_envelope(JsonObject& object, char const* key) {
    auto bytes = TRY(object.base64(key, document_bytes_max));
    return parse_envelope(bytes, document_bytes_max);
}

Result<std::optional<Envelope>> take_optional_envelope(JsonObject& object, char const* key) {
    if (!object.has(key)) return std::optional<Envelope>();
    auto envelope = TRY(take_envelope(object, key));
    return std::optional<Envelope>(std::move(envelope));
}

Result<CaseId> take_case(JsonObject& object) {
    auto text = TRY(object.text("case", 64));
    return CaseId::parse(text);
}

Result<GuardianId> take_guardian(JsonObject& object) {
    auto bytes = TRY(object.hex<32>("guardian"));
    return GuardianId(bytes);
}

Result<DocumentDigest> take_digest(JsonObject& object, char const* key) {
    auto bytes = TRY(object.hex<32>(key));
    return DocumentDigest(bytes);
}

Result<PublicKey> take_public_key(JsonObject& object, char const* key) {
    auto bytes = TRY(object.base64(key, 32));
    auto raw = TRY(exactly<32>(bytes));
    return PublicKey(raw);
}

Result<unsigned> take_unsigned(JsonObject& object, char const* key, unsigned least, unsigned most) {
    auto value = TRY(object.integer(key, least, most));
    return static_cast<unsigned>(value);
}

Result<Duration> take_duration(JsonObject& object, char const* key) {
    auto ms = TRY(object.integer(key, 0, Duration::days(3650).count_ms()));
    return Duration::ms(ms);
}

}  // namespace exhibit
