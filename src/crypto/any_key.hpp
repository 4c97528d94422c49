// Keys of the kinds that certificates carry: ECDSA on P-256, P-384 and P-521, RSA-PSS, Ed25519.
// Private numbers of ECDSA keys lie in OpenSSL's secure heap, which is locked and wiped; those of
// Ed25519 and RSA lie in ordinary memory of OpenSSL's, wiped when freed.
// Signatures have the form COSE gives them (RFC 9053 §2): for ECDSA r and s side by side, of fixed
// length, not DER.
#pragma once

#include <memory>

#include "base/secret.hpp"

struct evp_pkey_st;

namespace exhibit {

enum class SignatureScheme { es256, es384, es512, ps256, ps384, ps512, ed25519 };

enum class KeyKind { p256, p384, p521, rsa, ed25519, other };

// Bytes of a signature, by the scheme and for RSA by the key.
class AnyPublicKey {
public:
    // Takes over one reference of a key of OpenSSL's; not null.
    explicit AnyPublicKey(evp_pkey_st* owned);
    KeyKind kind() const;
    unsigned bits() const;
    evp_pkey_st* handle() const { return key_.get(); }
    [[nodiscard]] bool verify(SignatureScheme scheme, ByteView message, ByteView signature) const;

private:
    struct Free {
        void operator()(evp_pkey_st* key) const;
    };
    std::unique_ptr<evp_pkey_st, Free> key_;
};

class AnyPrivateKey {
public:
    // PKCS#8 or traditional PEM, without a passphrase. Code "pem".
    static Result<AnyPrivateKey> from_pem(ByteView pem);
    // A new key: p256, p384, p521 or ed25519.
    static AnyPrivateKey generate(KeyKind kind);
    // PKCS#8 PEM, without a passphrase: to be encrypted by the caller.
    SecretBytes write_pem() const;
    KeyKind kind() const;
    // The scheme that belongs to the key: P-256 goes with SHA-256 only, and so on.
    Result<SignatureScheme> scheme() const;
    Result<Bytes> sign(SignatureScheme scheme, ByteView message) const;
    // Bytes of a signature that sign() makes.
    std::size_t signature_bytes(SignatureScheme scheme) const;
    // Is it the private half of that public key?
    bool belongs_to(AnyPublicKey const& key) const;
    evp_pkey_st* handle() const { return key_.get(); }

private:
    struct Free {
        void operator()(evp_pkey_st* key) const;
    };
    explicit AnyPrivateKey(evp_pkey_st* owned) : key_(owned) {}
    std::unique_ptr<evp_pkey_st, Free> key_;
};

// Does a key of this kind make signatures of this scheme? ES256 goes with P-256 alone.
bool fits(KeyKind kind, SignatureScheme scheme);

}  // namespace exhibit
