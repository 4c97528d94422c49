// Signed notes (c2sp.org/signed-note) and the keys that verify them.
//
//   text, ends with a newline
//   (empty line)
//   — name base64(4 bytes of key id ‖ signature)
#pragma once

#include "crypto/ed25519.hpp"

namespace exhibit::tlog {

inline constexpr std::size_t note_bytes_max = 1 << 20;
inline constexpr std::size_t note_signatures_max = 100;

enum class KeyType : Byte {
    ed25519 = 0x01,
    ecdsa = 0x02,
    cosignature = 0x04,  // Ed25519 over a checkpoint and a time
    rfc6962 = 0x05,
    ml_dsa_cosignature = 0x06,
};

// `name+hex id+base64(type ‖ key)`. The id follows from the rest, so one text per key.
struct VerifierKey {
    std::string name;
    std::uint32_t id = 0;
    Byte type = 0;
    Bytes key;
    // None for types that nothing here can check.
    std::optional<PublicKey> ed25519() const;
    bool is_cosigner() const { return type == static_cast<Byte>(KeyType::cosignature); }
    friend bool operator==(VerifierKey const&, VerifierKey const&) = default;
};
// The name must be a valid one (see is_key_name).
VerifierKey make_verifier_key(std::string name, KeyType type, PublicKey const& key);
std::string write_verifier_key(VerifierKey const& key);
// Code "vkey".
Result<VerifierKey> parse_verifier_key(std::string_view text);

// Not empty, UTF-8, no Unicode space, no control character, no '+'.
bool is_key_name(std::string_view name);
std::uint32_t key_id(std::string_view name, Byte type, ByteView key);

struct NoteSignature {
    std::string name;
    std::uint32_t key_id = 0;
    Bytes signature;
    friend bool operator==(NoteSignature const&, NoteSignature const&) = default;
};

struct Note {
    std::string text;  // with its last newline
    std::vector<NoteSignature> signatures;
    friend bool operator==(Note const&, Note const&) = default;
};
std::string write_note(Note const& note);
std::string write_signature_line(NoteSignature const& signature);
// Code "note". write_note(parse_note(t)) == t.
Result<Note> parse_note(std::string_view text);
// Lines as a witness answers them, one or more. Code "note".
Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view text);

// Adds a type 01 signature.
void sign_note(Note& note, std::string const& name, SigningKey const& key);

// A known key whose signature holds. `time` (seconds) is what a cosigner said.
struct VerifiedSignature {
    std::size_t key = 0;  // index into the keys that were given
    std::optional<std::uint64_t> time;
};
// Unknown signatures are ignored. A signature of a known key that does not hold refuses the whole
// note (code "signature"); if no known key signed, code "unverified". Each key counts once.
Result<std::vector<VerifiedSignature>> open_note(Note const& note,
                                                 std::vector<VerifierKey> const& keys);

}  // namespace exhibit::tlog
