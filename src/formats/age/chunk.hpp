// STREAM by the chunk: for callers that run chunks themselves, e.g. on two threads, without a copy.
//
//   auto head = TRY(make_head(recipients));            // bytes to write first, and the key
//   auto cipher = ChunkCipher(head.key);                // one per thread
//   cipher.seal(i, Last::no, sixty_four_kib, out);      // any order; i counts from 0
//
// Whoever seals must use each number once and mark exactly the last chunk. A last chunk has 1 to
// 65,536 bytes and is empty only when the whole plaintext is.
#pragma once

#include "crypto/aead.hpp"
#include "formats/age/header.hpp"

namespace exhibit::age {

inline constexpr std::size_t chunk_bytes = 64 << 10;
inline constexpr std::size_t sealed_chunk_bytes = chunk_bytes + aead_tag_bytes;
inline constexpr std::size_t nonce_bytes = 16;
using PayloadNonce = ByteArray<nonce_bytes>;

enum class Last : bool { no, yes };

// The key of one payload; independent of who may open the file.
class StreamKey {
public:
    StreamKey(FileKey const& file_key, PayloadNonce const& nonce);
    StreamKey clone() const { return StreamKey(key_.clone()); }

private:
    friend class ChunkCipher;
    explicit StreamKey(Secret<32> key) : key_(std::move(key)) {}
    Secret<32> key_;
};

// Not thread-safe; make one per thread from the same StreamKey.
class ChunkCipher {
public:
    explicit ChunkCipher(StreamKey const& key) : aead_(key.key_) {}
    // plaintext: exactly chunk_bytes unless it is the last. out.size() == plaintext.size() + 16;
    // out may start where plaintext starts.
    void seal(std::uint64_t number, Last last, ByteView plaintext, MutableBytes out);
    // sealed: 16 to sealed_chunk_bytes. out.size() == sealed.size() - 16. False: not authentic.
    [[nodiscard]] bool open(std::uint64_t number, Last last, ByteView sealed, MutableBytes out);

private:
    Aead aead_;
};

// The head of a file is its header and the payload nonce.
struct MadeHead {
    Bytes bytes;
    StreamKey key;
};
// A fresh file key, wrapped for each. Code "recipients" when there are none or they may not be
// mixed.
Result<MadeHead> make_head(Recipients recipients);

struct OpenedHead {
    std::size_t bytes;  // where the payload starts
    StreamKey key;
};
// `start` is a prefix of the file; more may follow. Codes "header", "no-match", "hmac".
Result<OpenedHead> open_head(ByteView start, Identities identities);

// Sizes. head_bytes counts header and nonce.
std::uint64_t chunk_count(std::uint64_t plaintext_bytes);  // at least 1
std::uint64_t encrypted_size(std::uint64_t head_bytes, std::uint64_t plaintext_bytes);
// Code "payload" for a size that no plaintext gives.
Result<std::uint64_t> plaintext_size(std::uint64_t head_bytes, std::uint64_t file_bytes);

}  // namespace exhibit::age
