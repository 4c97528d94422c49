// crypto: the primitives, wrapped once. OpenSSL and libsodium do the work; nothing here is
// home-made. No other room sees <openssl/…> or <sodium.h> for a primitive, but net/ (TLS) and base/
// (memory).
//
// Reading order: digest.hpp (the kinds of SHA-256 that must not be mixed up), hash.hpp, kdf.hpp,
// aead.hpp, x25519.hpp, ed25519.hpp, sha256_lanes.hpp (bulk hashing of independent blocks),
// any_key.hpp and certificate.hpp (the keys, certificates, time stamps and revocation answers of
// X.509).
#pragma once
