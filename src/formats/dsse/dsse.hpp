// dsse: signed envelopes. One payload, its type, and signatures over both.
//
// Comes in: an envelope as JSON, from anyone. Goes out: the decoded payload and the signatures,
// which say nothing until signed_by() has been asked about a key the caller trusts for other
// reasons. The payload is parsed only after that, from exactly the bytes that were verified; it is
// never re-encoded.
//
// Spec: DSSE v1.0.2 (secure-systems-lab/dsse, envelope.md and protocol.md), signatures by Ed25519
// only. What is signed is PAE(type, payload), so that a payload of one type can never pass as
// another. `keyid` is an unauthenticated hint and decides nothing here. Reading accepts both base64
// alphabets and ignores unknown fields, as the spec requires; an envelope written here is JCS with
// padded standard base64. Therefore parse(write(e)) == e, but write(parse(t)) == t only for texts
// of ours: whoever names an envelope by hash names the payload, not the envelope. Not implemented:
// other algorithms than Ed25519, thresholds (the caller counts distinct keys).
#pragma once

#include "crypto/ed25519.hpp"

namespace exhibit {

struct Envelope {
    std::string payload_type;
    Bytes payload;
    struct Signature {
        std::string keyid;  // a hint, may be empty, may lie
        Bytes sig;
        friend bool operator==(Signature const&, Signature const&) = default;
    };
    std::vector<Signature> signatures;
    friend bool operator==(Envelope const&, Envelope const&) = default;
};

inline constexpr std::size_t envelope_signatures_max = 64;
inline constexpr std::size_t payload_type_max = 256;
inline constexpr std::size_t keyid_max = 1024;
inline constexpr std::size_t signature_bytes_max = 1024;

// Pre-authentication encoding: `DSSEv1 <len type> <type> <len body> <body>`.
Bytes dsse_pae(std::string_view payload_type, ByteView payload);

// Lower-case hex SHA-256 of the raw public key.
std::string dsse_keyid(PublicKey const& key);

Envelope sign_envelope(std::string payload_type, ByteView payload, SigningKey const& key);
void add_signature(Envelope& envelope, SigningKey const& key);

// Any of its signatures verifies with the key over the decoded payload.
[[nodiscard]] bool signed_by(Envelope const& envelope, PublicKey const& key);

// Keeps the one signature that verifies with the key, under its true key id, and nothing else:
// signatures and hints are outside of what is signed, so whoever relays an envelope could hang a
// hundred kilobytes on it. False, and nothing changed, when none verifies.
[[nodiscard]] bool keep_signature_of(Envelope& envelope, PublicKey const& key);

std::string write_envelope(Envelope const& envelope);
// Codes "dsse", "json" and those of JsonObject. At most envelope_signatures_max signatures, at
// least one.
Result<Envelope> parse_envelope(ByteView text, std::size_t limit = 1 << 20);

}  // namespace exhibit
