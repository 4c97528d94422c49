// Ed25519 (RFC 8032). libsodium signs, so that the key stays in locked memory. A signature is valid
// if OpenSSL says so, because its edge policy is what the other programs that check our signatures
// apply (pinned by 914 edge vectors); libsodium is asked first, since it is faster and stricter.
#pragma once

#include "base/secret.hpp"
#include "crypto/digest.hpp"

namespace exhibit {

using Signature = ByteArray<64>;

// A public key; its identity elsewhere is key_hash().
class PublicKey {
public:
    PublicKey() = default;
    explicit PublicKey(ByteArray<32> const& bytes) : bytes_(bytes) {}
    ByteArray<32> const& bytes() const { return bytes_; }
    friend auto operator<=>(PublicKey const&, PublicKey const&) = default;
    friend bool operator==(PublicKey const&, PublicKey const&) = default;

private:
    ByteArray<32> bytes_{};
};

class SigningKey {
public:
    static SigningKey generate();
    static SigningKey from_seed(Secret<32> seed);
    PublicKey const& public_key() const { return public_; }
    Signature sign(ByteView message) const;
    Secret<32> const& seed() const { return seed_; }
    SigningKey clone() const;

private:
    SigningKey(Secret<32> seed, SecretBytes expanded, PublicKey public_key)
        : seed_(std::move(seed)), expanded_(std::move(expanded)), public_(public_key) {}
    Secret<32> seed_;
    SecretBytes expanded_;
    PublicKey public_;
};

[[nodiscard]] bool verify_ed25519(PublicKey const& key, ByteView message, ByteView signature);

// PKCS#8 PEM ("PRIVATE KEY") and SubjectPublicKeyInfo PEM, as openssl reads and writes them (RFC
// 8410).
SecretBytes write_private_pem(SigningKey const& key);
Result<SigningKey> parse_private_pem(ByteView pem);
std::string write_public_pem(PublicKey const& key);
Result<PublicKey> parse_public_pem(std::string_view pem);

}  // namespace exhibit
