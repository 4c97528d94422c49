#include "crypto/ed25519.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <memory>

namespace exhibit {
namespace {

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// RFC 8410: the DER around a raw key has one form only, so a prefix is all there is to parse.
constexpr ByteArray<16> private_prefix = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                          0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
constexpr ByteArray<12> public_prefix = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                         0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
constexpr std::string_view private_begin = "-----BEGIN PRIVATE KEY-----\n";
constexpr std::string_view private_end = "\n-----END PRIVATE KEY-----";
constexpr std::string_view public_begin = "-----BEGIN PUBLIC KEY-----\n";
constexpr std::string_view public_end = "\n-----END PUBLIC KEY-----";

Error not_a_pem() { return bad_input("is not an Ed25519 key in PEM form").coded("pem"); }

Result<std::string_view> body_of(std::string_view pem, std::string_view begin,
                                 std::string_view end) {
    if (!pem.starts_with(begin)) return not_a_pem();
    pem.remove_prefix(begin.size());
    auto const stop = pem.find(end);
    if (stop == std::string_view::npos) return not_a_pem();
    auto const after = pem.substr(stop + end.size());
    if (!after.empty() && after != "\n") return not_a_pem();
    return pem.substr(0, stop);
}

}  // namespace

SigningKey SigningKey::generate() { return from_seed(Secret<32>::random()); }

SigningKey SigningKey::from_seed(Secret<32> seed) {
    SecretBytes expanded(crypto_sign_SECRETKEYBYTES);
    ByteArray<32> public_half;
    VERIFY(crypto_sign_seed_keypair(public_half.data(), expanded.reveal_for_writing().data(),
                                    seed.reveal().data()) == 0);
    return SigningKey(std::move(seed), std::move(expanded), PublicKey(public_half));
}

SigningKey SigningKey::clone() const {
    return SigningKey(seed_.clone(), expanded_.clone(), public_);
}

Signature SigningKey::sign(ByteView message) const {
    Signature out;
    VERIFY(crypto_sign_detached(out.data(), nullptr, message.data(), message.size(),
                                expanded_.reveal().data()) == 0);
    return out;
}

namespace {

bool openssl_verifies(PublicKey const& key, ByteView message, ByteView signature) {
    std::unique_ptr<EVP_PKEY, FreeKey> const pkey(EVP_PKEY_new_raw_public_key(
        EVP_PKEY_ED25519, nullptr, key.bytes().data(), key.bytes().size()));
    thread_local std::unique_ptr<EVP_MD_CTX, FreeContext> const context(EVP_MD_CTX_new());
    if (pkey == nullptr || context == nullptr) return false;
    EVP_MD_CTX_reset(context.get());
    if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey.get()) != 1)
        return false;
    return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
}

}  // namespace

// Both compute R' = sB - kA and compare its bytes with R (RFC 8032 §5.1.7, without the cofactor);
// libsodium also refuses keys and Rs of small order and keys that are not written canonically. So
// its yes is OpenSSL's yes, at half the cost, and its no is OpenSSL's to judge.
bool verify_ed25519(PublicKey const& key, ByteView message, ByteView signature) {
    if (signature.size() != crypto_sign_BYTES) return false;
    if (crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                    key.bytes().data()) == 0) {
        return true;
    }
    return openssl_verifies(key, message, signature);
}

SecretBytes write_private_pem(SigningKey const& key) {
    // The 48 bytes of DER are exactly 64 characters of base64: one line.
    SecretBytes der(private_prefix.size() + 32);
    auto to = der.reveal_for_writing();
    std::ranges::copy(private_prefix, to.begin());
    std::ranges::copy(key.seed().reveal(), to.begin() + private_prefix.size());
    auto base64 = secret_to_base64(der.reveal());
    std::string text;
    text.reserve(256);  // no reallocation: a grown string would leave an unwiped copy behind
    text.append(private_begin).append(base64).append(private_end).append("\n");
    auto out = SecretBytes::copy_of(text);
    wipe(base64);
    wipe(text);
    return out;
}

Result<SigningKey> parse_private_pem(ByteView pem) {
    auto const body = TRY(body_of(as_text(pem), private_begin, private_end));
    auto der = TRY(secret_from_base64(body));
    bool const right = der.size() == private_prefix.size() + 32 &&
                       same_bytes(ByteView(der).first(private_prefix.size()), private_prefix);
    auto seed = right ? Secret<32>::copy_of(ByteView(der).subspan(private_prefix.size()))
                      : Result<Secret<32>>(not_a_pem());
    wipe(der);
    auto good = TRY(std::move(seed));
    return SigningKey::from_seed(std::move(good));
}

std::string write_public_pem(PublicKey const& key) {
    Bytes der = to_bytes(ByteView(public_prefix));
    append(der, key.bytes());
    return std::string(public_begin) + to_base64(der) + std::string(public_end) + "\n";
}

Result<PublicKey> parse_public_pem(std::string_view pem) {
    auto const body = TRY(body_of(pem, public_begin, public_end));
    auto der = TRY(from_base64(body));
    if (der.size() != public_prefix.size() + 32 ||
        !same_bytes(ByteView(der).first(public_prefix.size()), public_prefix)) {
        return not_a_pem();
    }
    auto raw = TRY(exactly<32>(ByteView(der).subspan(public_prefix.size())));
    return PublicKey(raw);
}

}  // namespace exhibit
