#include "crypto/kdf.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>

#include "crypto/hash.hpp"

namespace exhibit {
namespace {

// HKDF with a one-block output (32 bytes): extract, then T(1) = HMAC(prk, info ‖ 01). RFC 5869 §2.
void hkdf(ByteView key, ByteView salt, ByteView info, std::span<Byte, 32> out) {
    Digest256 const no_salt{};
    Digest256 prk = hmac_sha256(salt.empty() ? ByteView(no_salt) : salt, key);
    Bytes last = to_bytes(info);
    last.push_back(1);
    Digest256 block = hmac_sha256(prk, last);
    std::copy(block.begin(), block.end(), out.begin());
    wipe(prk);
    wipe(block);
}

}  // namespace

Secret<32> hkdf_sha256(ByteView key, ByteView salt, std::string_view info) {
    Secret<32> out;
    hkdf(key, salt, as_bytes(info), out.reveal_for_writing());
    return out;
}

Digest256 hkdf_sha256_public(ByteView key, ByteView salt, ByteView info) {
    Digest256 out;
    hkdf(key, salt, info, out);
    return out;
}

Result<Secret<32>> scrypt(ByteView passphrase, ByteView salt, unsigned log_n) {
    VERIFY(log_n >= 1 && log_n <= 22);
    Secret<32> out;
    auto to = out.reveal_for_writing();
    // libsodium: 1.0 s for 2^18, OpenSSL 1.34 s (measured), and no maxmem argument to get wrong.
    int const rc = crypto_pwhash_scryptsalsa208sha256_ll(
        passphrase.data(), passphrase.size(), salt.data(), salt.size(), std::uint64_t{1} << log_n,
        8, 1, to.data(), to.size());
    if (rc != 0) {
        return world_error("not enough memory to stretch the passphrase")
            .hint("it needs about " + std::to_string((std::uint64_t{1024} << log_n) >> 20) + " MiB")
            .coded("memory");
    }
    return out;
}

SecretBytes pbkdf2_sha256(ByteView password, ByteView salt, unsigned iterations,
                          std::size_t length) {
    SecretBytes out(length);
    auto to = out.reveal_for_writing();
    VERIFY(PKCS5_PBKDF2_HMAC(reinterpret_cast<char const*>(password.data()),
                             static_cast<int>(password.size()), salt.data(),
                             static_cast<int>(salt.size()), static_cast<int>(iterations),
                             EVP_sha256(), static_cast<int>(length), to.data()) == 1);
    return out;
}

}  // namespace exhibit
