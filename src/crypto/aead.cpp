#include "crypto/aead.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace exhibit {
namespace {

EVP_CIPHER const* chacha20_poly1305() {
    static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
    VERIFY(cipher != nullptr);
    return cipher;
}

}  // namespace

void Aead::Free::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

Aead::Aead(Secret<32> const& key) : sealing_(EVP_CIPHER_CTX_new()), opening_(EVP_CIPHER_CTX_new()) {
    VERIFY(sealing_ != nullptr && opening_ != nullptr);
    // reveal: OpenSSL keeps the key in its context, which EVP_CIPHER_CTX_free wipes.
    VERIFY(EVP_EncryptInit_ex2(sealing_.get(), chacha20_poly1305(), key.reveal().data(), nullptr,
                               nullptr) == 1);
    VERIFY(EVP_DecryptInit_ex2(opening_.get(), chacha20_poly1305(), key.reveal().data(), nullptr,
                               nullptr) == 1);
}
Aead::Aead(Aead&&) noexcept = default;
Aead& Aead::operator=(Aead&&) noexcept = default;
Aead::~Aead() = default;

void Aead::seal(AeadNonce const& nonce, ByteView plaintext, MutableBytes out) {
    VERIFY(out.size() == plaintext.size() + aead_tag_bytes);
    auto* const context = sealing_.get();
    int length = 0;
    VERIFY(EVP_EncryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr) == 1);
    VERIFY(EVP_EncryptUpdate(context, out.data(), &length, plaintext.data(),
                             static_cast<int>(plaintext.size())) == 1);
    VERIFY(static_cast<std::size_t>(length) == plaintext.size());
    VERIFY(EVP_EncryptFinal_ex(context, out.data() + plaintext.size(), &length) == 1);
    VERIFY(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, aead_tag_bytes,
                               out.data() + plaintext.size()) == 1);
}

bool Aead::open(AeadNonce const& nonce, ByteView ciphertext, MutableBytes out) {
    if (ciphertext.size() < aead_tag_bytes) return false;
    auto const body = ciphertext.first(ciphertext.size() - aead_tag_bytes);
    VERIFY(out.size() == body.size());
    auto* const context = opening_.get();
    ByteArray<aead_tag_bytes> tag;
    std::copy_n(ciphertext.end() - aead_tag_bytes, aead_tag_bytes, tag.begin());
    int length = 0;
    Byte nowhere = 0;  // an empty plaintext still needs a pointer
    VERIFY(EVP_DecryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr) == 1);
    VERIFY(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, aead_tag_bytes, tag.data()) == 1);
    VERIFY(EVP_DecryptUpdate(context, out.empty() ? &nowhere : out.data(), &length, body.data(),
                             static_cast<int>(body.size())) == 1);
    if (EVP_DecryptFinal_ex(context, &nowhere, &length) == 1) return true;
    wipe(out);
    return false;
}

}  // namespace exhibit
