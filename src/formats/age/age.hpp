// age: encrypted files that Debian's `age -d` opens (C2SP age v1, https://c2sp.org/age).
//
// Comes in: plaintext and recipients ("age1…", or a passphrase). Goes out: an age file; and back.
// Nothing here knows of cases or guardians; bytes are pushed through and handed to a Sink.
//
// Reading order: recipient.hpp (the two halves), x25519.hpp, scrypt.hpp (one kind each), header.hpp
// (stanzas and MAC), chunk.hpp (STREAM by the chunk, for pipelines on several threads), stream.hpp
// (Encryptor and Decryptor), armor.hpp, identity_file.hpp, this file (small values in one call).
//
// Every error has one of these codes: "header", "no-match", "hmac", "payload", "armor" (reading);
// "recipient", "identity", "recipients" (keys). A file whose header is well-formed but for somebody
// else is "no-match", which is not a fault of the file.
//
// Not implemented: mlkem768x25519 (it joins as another Recipient), age1tag…, plugins, ssh keys.
#pragma once

#include "formats/age/armor.hpp"
#include "formats/age/identity_file.hpp"
#include "formats/age/scrypt.hpp"
#include "formats/age/stream.hpp"
#include "formats/age/x25519.hpp"

namespace exhibit::age {

// Small values, binary. For footage use Encryptor and Decryptor.
Result<Bytes> encrypt(ByteView plaintext, Recipients recipients);
Result<Bytes> encrypt(ByteView plaintext, Recipient const& recipient);

// All or nothing. Code "too-large" when the plaintext would be longer than limit bytes.
Result<Bytes> decrypt(ByteView file, Identities identities, std::size_t limit);
Result<Bytes> decrypt(ByteView file, Identity const& identity, std::size_t limit);
// The plaintext exists only in locked memory, so the limit should be small: keys and key files.
Result<SecretBytes> decrypt_secret(ByteView file, Identities identities, std::size_t limit);
Result<SecretBytes> decrypt_secret(ByteView file, Identity const& identity, std::size_t limit);

}  // namespace exhibit::age
