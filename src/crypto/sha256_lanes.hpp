// SHA-256 of several streams at once (FIPS 180-4). One SHA-NI stream waits for itself: each
// instruction needs the result of the one before. Two independent streams in one loop fill those
// waits, so two leaves of a tree, or a whole-file digest beside the leaves of the same bytes, cost
// little more than one.
//
// On a processor without SHA-NI, or if the first use does not agree with OpenSSL on a known input,
// everything here is done by OpenSSL. The digests are the same.
#pragma once

#include <optional>

#include "crypto/hash.hpp"

namespace exhibit {

constexpr std::size_t block_count(std::uint64_t size, std::size_t block_bytes) {
    return static_cast<std::size_t>((size + block_bytes - 1) / block_bytes);
}

// out[i] = SHA-256(block i of data). Only the last block may be short.
// out.size() must be block_count(data.size(), block_bytes); no data, no blocks.
void sha256_blocks(ByteView data, std::size_t block_bytes, std::span<Digest256> out);

// out[i] = SHA-256(prefix i ‖ block i). All prefixes have the same length and lie one after the
// other.
void sha256_prefixed_blocks(ByteView prefixes, std::size_t prefix_bytes, ByteView data,
                            std::size_t block_bytes, std::span<Digest256> out);

// Do two lanes run here, or does OpenSSL do it all? For tests and benchmarks.
bool sha256_lanes_in_use();

// One lane: a running SHA-256 whose state is in plain view, so that two can advance together.
struct Sha256Lane {
    std::array<std::uint32_t, 8> state;
    std::array<Byte, 64> pending;
    std::size_t pending_size;
    std::uint64_t total_bytes;
};

// A long running SHA-256 and, beside it, the SHA-256 of the leaf that the same bytes belong to.
//
//   begin_leaf(prefix)  update(bytes)…  finish_leaf()      as often as there are leaves
//   finish()                                               of all bytes, without the prefixes
class Sha256Pair {
public:
    Sha256Pair();
    void begin_leaf(ByteView prefix);
    bool in_leaf() const { return in_leaf_; }
    // Both lanes take the bytes; a leaf must have begun.
    void update(ByteView bytes);
    Digest256 finish_leaf();
    // No leaf may be open. Begins anew.
    Digest256 finish();

private:
    bool in_leaf_ = false;
    Sha256Lane whole_;
    Sha256Lane leaf_;
    // Only when the lanes are not in use.
    std::optional<Sha256> openssl_whole_;
    std::optional<Sha256> openssl_leaf_;
};

// Two running SHA-256 of different bytes, side by side: two blocks of a large file.
class Sha256Two {
public:
    Sha256Two();
    // Of any lengths; what they have in common advances together.
    void update(ByteView first, ByteView second);
    // Begins anew.
    std::array<Digest256, 2> finish();

private:
    Sha256Lane first_;
    Sha256Lane second_;
    // Only when the lanes are not in use.
    std::optional<Sha256> openssl_first_;
    std::optional<Sha256> openssl_second_;
};

}  // namespace exhibit
