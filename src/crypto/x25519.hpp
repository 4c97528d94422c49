// X25519 (RFC 7748) by libsodium, so that the secret half never leaves locked memory.
#pragma once

#include "base/secret.hpp"

namespace exhibit {

using X25519Public = ByteArray<32>;

X25519Public x25519_public(Secret<32> const& secret);
// Code "low-order" when the shared secret would be all zero.
Result<Secret<32>> x25519(Secret<32> const& secret, X25519Public const& theirs);

}  // namespace exhibit
