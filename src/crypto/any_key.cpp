#include "crypto/any_key.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <mutex>
#include <string>

namespace exhibit {
namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeEcdsa {
    void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

KeyKind kind_of(EVP_PKEY const* key) {
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_ED25519: return KeyKind::ed25519;
        case EVP_PKEY_RSA:
        case EVP_PKEY_RSA_PSS: return KeyKind::rsa;
        case EVP_PKEY_EC: break;
        default: return KeyKind::other;
    }
    char name[64] = {};
    std::size_t length = 0;
    if (EVP_PKEY_get_group_name(key, name, sizeof name, &length) != 1) return KeyKind::other;
    std::string_view const curve(name, length);
    if (curve == "prime256v1") return KeyKind::p256;
    if (curve == "secp384r1") return KeyKind::p384;
    if (curve == "secp521r1") return KeyKind::p521;
    return KeyKind::other;
}

EVP_MD const* digest_of(SignatureScheme scheme) {
    switch (scheme) {
        case SignatureScheme::es256:
        case SignatureScheme::ps256: return EVP_sha256();
        case SignatureScheme::es384:
        case SignatureScheme::ps384: return EVP_sha384();
        case SignatureScheme::es512:
        case SignatureScheme::ps512: return EVP_sha512();
        case SignatureScheme::ed25519: return nullptr;
    }
    return nullptr;
}

// Half of the length of an ECDSA signature; 0 for the other schemes.
std::size_t coordinate_bytes(SignatureScheme scheme) {
    switch (scheme) {
        case SignatureScheme::es256: return 32;
        case SignatureScheme::es384: return 48;
        case SignatureScheme::es512: return 66;
        default: return 0;
    }
}

bool is_pss(SignatureScheme scheme) {
    return scheme == SignatureScheme::ps256 || scheme == SignatureScheme::ps384 ||
           scheme == SignatureScheme::ps512;
}

// The salt is as long as the digest (RFC 8230 §2), both ways.
bool set_padding(EVP_PKEY_CTX* context, SignatureScheme scheme) {
    if (!is_pss(scheme)) return true;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest_of(scheme)) == 1;
}

// OpenSSL puts private numbers there once it is set up. A machine that lets nothing be locked goes
// on without.
void prepare_secure_heap() {
    constexpr std::size_t heap_bytes = 64 << 10;
    constexpr std::size_t least_bytes = 32;
    static std::once_flag once;
    std::call_once(once, [] { (void)CRYPTO_secure_malloc_init(heap_bytes, least_bytes); });
}

Bytes to_der(ByteView raw, std::size_t half) {
    auto* const r = BN_bin2bn(raw.data(), static_cast<int>(half), nullptr);
    auto* const s = BN_bin2bn(raw.data() + half, static_cast<int>(half), nullptr);
    std::unique_ptr<ECDSA_SIG, FreeEcdsa> const signature(ECDSA_SIG_new());
    VERIFY(r != nullptr && s != nullptr && signature != nullptr);
    VERIFY(ECDSA_SIG_set0(signature.get(), r, s) == 1);
    auto const length = i2d_ECDSA_SIG(signature.get(), nullptr);
    VERIFY(length > 0);
    Bytes out(static_cast<std::size_t>(length));
    auto* to = out.data();
    i2d_ECDSA_SIG(signature.get(), &to);
    return out;
}

Bytes from_der(ByteView der, std::size_t half) {
    auto const* from = der.data();
    std::unique_ptr<ECDSA_SIG, FreeEcdsa> const signature(
        d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(der.size())));
    VERIFY(signature != nullptr);
    Bytes out(2 * half);
    auto const width = static_cast<int>(half);
    VERIFY(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out.data(), width) == width);
    VERIFY(BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out.data() + half, width) == width);
    return out;
}

}  // namespace

bool fits(KeyKind kind, SignatureScheme scheme) {
    switch (scheme) {
        case SignatureScheme::es256: return kind == KeyKind::p256;
        case SignatureScheme::es384: return kind == KeyKind::p384;
        case SignatureScheme::es512: return kind == KeyKind::p521;
        case SignatureScheme::ed25519: return kind == KeyKind::ed25519;
        default: return kind == KeyKind::rsa;
    }
}

void AnyPublicKey::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }
void AnyPrivateKey::Free::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

AnyPublicKey::AnyPublicKey(evp_pkey_st* owned) : key_(owned) { VERIFY(owned != nullptr); }
KeyKind AnyPublicKey::kind() const { return kind_of(key_.get()); }
unsigned AnyPublicKey::bits() const { return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get())); }

bool AnyPublicKey::verify(SignatureScheme scheme, ByteView message, ByteView signature) const {
    auto const half = coordinate_bytes(scheme);
    if (half != 0 && signature.size() != 2 * half) return false;
    Bytes der;
    if (half != 0) {
        der = to_der(signature, half);
        signature = der;
    }
    Context const context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;
    if (context == nullptr) return false;
    if (EVP_DigestVerifyInit(context.get(), &parameters, digest_of(scheme), nullptr, key_.get()) !=
        1) {
        return false;
    }
    if (!set_padding(parameters, scheme)) return false;
    return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
}

Result<AnyPrivateKey> AnyPrivateKey::from_pem(ByteView pem) {
    auto const wrong =
        bad_input("is not a private key in PEM form without a passphrase").coded("pem");
    if (pem.size() > 65536) return wrong;
    prepare_secure_heap();
    std::unique_ptr<BIO, FreeBio> const bio(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    VERIFY(bio != nullptr);
    // Without a callback of its own OpenSSL would ask on the terminal.
    auto const no_passphrase = [](char*, int, int, void*) { return -1; };
    auto* const key = PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr);
    if (key == nullptr) return wrong;
    return AnyPrivateKey(key);
}

AnyPrivateKey AnyPrivateKey::generate(KeyKind kind) {
    prepare_secure_heap();
    auto const curve = [](char const* name) {
        return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", name);
    };
    EVP_PKEY* key = nullptr;
    switch (kind) {
        case KeyKind::p256: key = curve("P-256"); break;
        case KeyKind::p384: key = curve("P-384"); break;
        case KeyKind::p521: key = curve("P-521"); break;
        case KeyKind::ed25519: key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); break;
        case KeyKind::rsa:
        case KeyKind::other: break;
    }
    VERIFY(key != nullptr);
    return AnyPrivateKey(key);
}

SecretBytes AnyPrivateKey::write_pem() const {
    std::unique_ptr<BIO, FreeBio> const bio(BIO_new(BIO_s_secmem()));
    VERIFY(bio != nullptr);
    VERIFY(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                         nullptr) == 1);
    char* data = nullptr;
    auto const length = BIO_get_mem_data(bio.get(), &data);
    VERIFY(length > 0);
    return SecretBytes::copy_of(std::string_view(data, static_cast<std::size_t>(length)));
}

std::size_t AnyPrivateKey::signature_bytes(SignatureScheme scheme) const {
    auto const half = coordinate_bytes(scheme);
    if (half != 0) return 2 * half;
    return static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()));
}

bool AnyPrivateKey::belongs_to(AnyPublicKey const& key) const {
    return EVP_PKEY_eq(key_.get(), key.handle()) == 1;
}

KeyKind AnyPrivateKey::kind() const { return kind_of(key_.get()); }

Result<SignatureScheme> AnyPrivateKey::scheme() const {
    switch (kind()) {
        case KeyKind::p256: return SignatureScheme::es256;
        case KeyKind::p384: return SignatureScheme::es384;
        case KeyKind::p521: return SignatureScheme::es512;
        case KeyKind::rsa: return SignatureScheme::ps256;
        case KeyKind::ed25519: return SignatureScheme::ed25519;
        case KeyKind::other: break;
    }
    return bad_input("is a key of a kind that cannot sign here").coded("key-kind");
}

Result<Bytes> AnyPrivateKey::sign(SignatureScheme scheme, ByteView message) const {
    auto const failed = bad_input("cannot be signed with this key").coded("sign");
    if (!fits(kind(), scheme)) return failed;
    Context const context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;
    VERIFY(context != nullptr);
    if (EVP_DigestSignInit(context.get(), &parameters, digest_of(scheme), nullptr, key_.get()) !=
            1 ||
        !set_padding(parameters, scheme)) {
        return failed;
    }
    std::size_t length = 0;
    if (EVP_DigestSign(context.get(), nullptr, &length, message.data(), message.size()) != 1) {
        return failed;
    }
    Bytes out(length);
    if (EVP_DigestSign(context.get(), out.data(), &length, message.data(), message.size()) != 1) {
        return failed;
    }
    out.resize(length);
    auto const half = coordinate_bytes(scheme);
    if (half != 0) return from_der(out, half);
    return out;
}

}  // namespace exhibit
