// The salted Merkle tree over the 64 KiB blocks of an original, so that parts of
// a recording can later be shown bit-exact while the rest is withheld.
//
//   salt i = HKDF-SHA256(seed, info "exhibit-block" ‖ u64be i)[:16]
//   leaf i = SHA-256(00 ‖ salt i ‖ block i)      node = SHA-256(01 ‖ left ‖ right)
//
// Shape of RFC 6962: split at the largest power of two < n; the empty tree is SHA-256(""). Without
// the salt, a withheld block of little content (black frames, silence) could be guessed from its
// leaf. The seed is a secret until release: it lies in disclosures.json, inside the encryption.
#pragma once

#include "base/secret.hpp"
#include "crypto/digest.hpp"
#include "crypto/sha256_lanes.hpp"

namespace exhibit {

constexpr std::size_t original_block_bytes = 64 * 1024;
constexpr std::size_t block_salt_bytes = 16;
using BlockSalt = ByteArray<block_salt_bytes>;

// Makes the salts: the extract step once, then two short hashes for each block.
class BlockSalts {
public:
    explicit BlockSalts(Secret<32> const& seed);
    BlockSalt salt(std::uint64_t index) const;

private:
    SecretBytes inner_pad_;  // key ⊕ ipad and key ⊕ opad of HMAC (RFC 2104) under HKDF's PRK
    SecretBytes outer_pad_;
};

Digest256 block_leaf(BlockSalt const& salt, ByteView block);
Digest256 block_node(Digest256 const& left, Digest256 const& right);

// Leaves come one by one; remembered is one hash for each set bit of their number.
class LeafStack {
public:
    void add(Digest256 leaf);
    std::uint64_t count() const { return count_; }
    Digest256 root() const;

private:
    std::uint64_t count_ = 0;
    std::vector<Digest256> peaks_;
};

// The tree alone. Pieces of any length; memory grows with the logarithm of the size.
class BlockTree {
public:
    explicit BlockTree(Secret<32> const& seed) : salts_(seed) {}
    void update(ByteView bytes);
    // Once; the object is done after it.
    BlockRoot finish();

private:
    void add_whole_blocks(ByteView blocks);

    BlockSalts salts_;
    LeafStack leaves_;
    Sha256 leaf_;  // of the block that is not yet complete
    std::size_t in_block_ = 0;
};

struct OriginalDigests {
    PlainDigest digest;
    BlockRoot root;
    std::uint64_t size = 0;
    friend bool operator==(OriginalDigests const&, OriginalDigests const&) = default;
};

// What sealing and verifying call: plain SHA-256 and salted tree of the same bytes, in one pass
// and, where the processor allows, at little more than the cost of one of them.
class OriginalDigester {
public:
    explicit OriginalDigester(Secret<32> const& seed) : salts_(seed) {}
    void update(ByteView bytes);
    // Once; the object is done after it.
    OriginalDigests finish();

private:
    BlockSalts salts_;
    LeafStack leaves_;
    Sha256Pair pair_;
    std::size_t in_block_ = 0;
    std::uint64_t size_ = 0;
};

}  // namespace exhibit
