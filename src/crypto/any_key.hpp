// Keys of the kinds that certificates carry: ECDSA on P-256, P-384 and P-521, RSA-PSS, Ed25519.
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
    KeyKind kind() const;
    // The scheme that belongs to the key: P-256 goes with SHA-256 only, and so on.
    Result<SignatureScheme> scheme() const;
    Result<Bytes> sign(SignatureScheme scheme, ByteView message) const;

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
