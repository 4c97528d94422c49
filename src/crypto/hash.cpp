#include "crypto/hash.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace exhibit {
namespace {

// Fetched once: EVP_sha256() would look the implementation up again at every init.
EVP_MD const* algorithm(HashKind kind) {
    static EVP_MD* const md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
    static EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    static EVP_MD* const sha224 = EVP_MD_fetch(nullptr, "SHA224", nullptr);
    static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    static EVP_MD* const sha384 = EVP_MD_fetch(nullptr, "SHA384", nullptr);
    static EVP_MD* const sha512 = EVP_MD_fetch(nullptr, "SHA512", nullptr);
    static EVP_MD* const ripemd160 = EVP_MD_fetch(nullptr, "RIPEMD160", nullptr);
    switch (kind) {
        case HashKind::md5: return md5;
        case HashKind::sha1: return sha1;
        case HashKind::sha224: return sha224;
        case HashKind::sha256: return sha256;
        case HashKind::sha384: return sha384;
        case HashKind::sha512: return sha512;
        case HashKind::ripemd160: return ripemd160;
    }
    return nullptr;
}

}  // namespace

void Hash::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Hash::Hash(HashKind kind) : kind_(kind), context_(EVP_MD_CTX_new()) {
    VERIFY(context_ != nullptr);
    reset();
}
Hash::Hash(Hash&&) noexcept = default;
Hash& Hash::operator=(Hash&&) noexcept = default;
Hash::~Hash() = default;

void Hash::reset() {
    VERIFY(algorithm(kind_) != nullptr);
    VERIFY(EVP_DigestInit_ex2(context_.get(), algorithm(kind_), nullptr) == 1);
}

void Hash::update(ByteView bytes) {
    VERIFY(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

Bytes Hash::finish() {
    Bytes out(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    VERIFY(EVP_DigestFinal_ex(context_.get(), out.data(), &length) == 1);
    out.resize(length);
    return out;
}

void Hash::finish_into(std::span<Byte, 32> out) {
    VERIFY(EVP_MD_get_size(algorithm(kind_)) == 32);
    VERIFY(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1);
}

Digest256 Sha256::finish() {
    Digest256 out;
    hash_.finish_into(out);
    hash_.reset();
    return out;
}

Digest256 sha256(ByteView bytes) { return sha256(bytes, {}); }

Digest256 sha256(ByteView first, ByteView second) {
    // One context a thread: making one costs more than hashing a short text.
    thread_local Sha256 hash;
    hash.update(first);
    hash.update(second);
    return hash.finish();
}

Digest256 hmac_sha256(ByteView key, ByteView message) {
    Digest256 out;
    unsigned length = 0;
    static Byte const nothing = 0;  // HMAC takes a null key as "the key used before"
    Byte const* const data = key.empty() ? &nothing : key.data();
    VERIFY(HMAC(EVP_sha256(), data, static_cast<int>(key.size()), message.data(), message.size(),
                out.data(), &length) != nullptr);
    return out;
}

}  // namespace exhibit
