// Hash functions by OpenSSL. Sha256 may be used for footage: 1.7 GB/s with SHA-NI.
#pragma once

#include <memory>

#include "crypto/digest.hpp"

struct evp_md_ctx_st;

namespace exhibit {

// md5, sha1 and sha224 only to read old bags and torrents; sha384 for certificates and C2PA;
// ripemd160 for the operations of OpenTimestamps
enum class HashKind { md5, sha1, sha224, sha256, sha384, sha512, ripemd160 };

// Incremental. finish() may be called once; the object is then empty until reset().
class Hash {
public:
    explicit Hash(HashKind kind);
    Hash(Hash&&) noexcept;
    Hash& operator=(Hash&&) noexcept;
    ~Hash();
    void reset();
    void update(ByteView bytes);
    Bytes finish();
    void finish_into(std::span<Byte, 32> out);  // for those of 32 bytes, without an allocation

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    HashKind kind_;
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

class Sha256 {
public:
    Sha256() : hash_(HashKind::sha256) {}
    void update(ByteView bytes) { hash_.update(bytes); }
    Digest256 finish();  // and starts anew

private:
    Hash hash_;
};

Digest256 sha256(ByteView bytes);
Digest256 sha256(ByteView first, ByteView second);
inline Digest256 sha256(std::string_view text) { return sha256(as_bytes(text)); }

// HMAC-SHA-256 (RFC 2104).
Digest256 hmac_sha256(ByteView key, ByteView message);

}  // namespace exhibit
