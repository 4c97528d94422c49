// Key derivation: HKDF (RFC 5869), scrypt (RFC 7914), PBKDF2 (RFC 8018), all over SHA-256.
#pragma once

#include "base/secret.hpp"
#include "crypto/digest.hpp"

namespace exhibit {

Secret<32> hkdf_sha256(ByteView key, ByteView salt, std::string_view info);
// For salts and other derived values that are not keys.
Digest256 hkdf_sha256_public(ByteView key, ByteView salt, ByteView info);

// N = 2^log_n, r = 8, p = 1. Takes 128·8·N bytes of memory: 256 MiB for log_n 18. log_n 1 to 22.
Result<Secret<32>> scrypt(ByteView passphrase, ByteView salt, unsigned log_n);

SecretBytes pbkdf2_sha256(ByteView password, ByteView salt, unsigned iterations,
                          std::size_t length);

}  // namespace exhibit
