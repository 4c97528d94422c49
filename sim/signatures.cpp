// Stands in for src/crypto/ed25519.cpp in the simulator, and nowhere else: a signature is a hash
// under the public key. A hundred times faster, and as good here: malicious guardians sign with
// their own keys only.
#include <sodium.h>

#include <algorithm>

#include "crypto/ed25519.hpp"

namespace exhibit {
namespace {

// SipHash of 128 bits: the texts are short, and SHA-256 would be a fifth of a life.
Signature keyed_hash(PublicKey const& key, ByteView message) {
    static_assert(crypto_shorthash_siphashx24_KEYBYTES <= sizeof key);
    Signature out{};
    crypto_shorthash_siphashx24(out.data(), message.data(), message.size(), key.bytes().data());
    return out;
}

}  // namespace

SigningKey SigningKey::generate() { return from_seed(Secret<32>::random()); }

SigningKey SigningKey::from_seed(Secret<32> seed) {
    auto const bytes = seed.reveal();
    ByteArray<32> public_half;
    std::copy(bytes.begin(), bytes.end(), public_half.begin());
    public_half[31] ^= 0xff;
    return SigningKey(std::move(seed), SecretBytes(1), PublicKey(public_half));
}

SigningKey SigningKey::clone() const { return SigningKey(seed_.clone(), SecretBytes(1), public_); }

Signature SigningKey::sign(ByteView message) const { return keyed_hash(public_, message); }

bool verify_ed25519(PublicKey const& key, ByteView message, ByteView signature) {
    return same_bytes(ByteView(keyed_hash(key, message)), signature);
}

}  // namespace exhibit
