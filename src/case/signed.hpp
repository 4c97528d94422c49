// Signed<T>: a document and the DSSE envelope around it. The only ways to get one are to sign a
// value or to check a signature, so whoever holds a Signed<T> holds a checked one.
//
// A document is known by the digest of its payload, not of its envelope: signatures may be added.
#pragma once

#include "case/ids.hpp"
#include "formats/dsse/dsse.hpp"
#include "formats/json/json.hpp"

namespace exhibit {

// No document is larger; a vote carries a whole check-in envelope and stays far below.
inline constexpr std::size_t document_bytes_max = 256 * 1024;
// Of the payload alone, so that the envelope's text (base64) stays below document_bytes_max: what
// was taken can be read back from every row, state and bundle that it is written to.
inline constexpr std::size_t payload_bytes_max = 180 * 1024;

DocumentDigest document_digest(Envelope const& envelope);

template <typename T>
class Signed {
public:
    T const& value() const { return value_; }
    T const* operator->() const { return &value_; }
    Envelope const& envelope() const { return envelope_; }
    DocumentDigest const& digest() const { return digest_; }

    static Signed sign(T value, SigningKey const& key) {
        auto envelope = sign_envelope(std::string(T::kind), as_bytes(write_payload(value)), key);
        return Signed(std::move(value), std::move(envelope));
    }

    // Keeps only the signature of `key`: what others hang on an envelope is not ours to store or
    // pass on. Codes: "kind" (another type of document), "too-large", "signature", and what T's
    // parser says.
    static Result<Signed> open(Envelope envelope, PublicKey const& key) {
        if (envelope.payload_type != T::kind) {
            return bad_input("is another kind of document")
                .at(envelope.payload_type.substr(0, 80))
                .coded("kind");
        }
        if (envelope.payload.size() > payload_limit()) {
            return bad_input("is too large for a document")
                .at(std::string(T::kind))
                .coded("too-large");
        }
        if (!keep_signature_of(envelope, key)) {
            return bad_input("the signature does not fit")
                .at(std::string(T::kind))
                .coded("signature");
        }
        return open_trusting_signature(std::move(envelope));
    }

    // For what this very process has written to its own disk after checking it once.
    static Result<Signed> open_trusting_signature(Envelope envelope) {
        auto value = TRY(T::parse_payload(envelope.payload));
        return Signed(std::move(value), std::move(envelope));
    }

private:
    // Documents of fixed shape say how long they may be: a device writes many of them into one
    // file.
    static constexpr std::size_t payload_limit() {
        if constexpr (requires { T::bytes_max; })
            return T::bytes_max;
        else
            return payload_bytes_max;
    }
    Signed(T value, Envelope envelope)
        : value_(std::move(value)),
          envelope_(std::move(envelope)),
          digest_(document_digest(envelope_)) {}
    T value_;
    Envelope envelope_;
    DocumentDigest digest_;
};

// What a payload claims before its signature is checked: enough to find the key to check it with.
template <typename T>
Result<T> peek(Envelope const& envelope) {
    if (envelope.payload_type != T::kind) {
        return bad_input("is another kind of document")
            .at(envelope.payload_type.substr(0, 80))
            .coded("kind");
    }
    return T::parse_payload(envelope.payload);
}

// An envelope as a field of another document.
Json envelope_field(Envelope const& envelope);
Result<Envelope> take_envelope(JsonObject& object, char const* key);
Result<std::optional<Envelope>> take_optional_envelope(JsonObject& object, char const* key);

// Readers of the fields that many documents share.
Result<CaseId> take_case(JsonObject& object);
Result<GuardianId> take_guardian(JsonObject& object);
Result<DocumentDigest> take_digest(JsonObject& object, char const* key);
Result<PublicKey> take_public_key(JsonObject& object, char const* key);
Result<unsigned> take_unsigned(JsonObject& object, char const* key, unsigned least, unsigned most);
Result<Duration> take_duration(JsonObject& object, char const* key);  // integer milliseconds, >= 0

}  // namespace exhibit
