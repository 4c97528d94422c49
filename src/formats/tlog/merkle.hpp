// Merkle trees of RFC 6962: leaf = SHA-256(00 ‖ data), node = SHA-256(01 ‖ left ‖ right), split at
// the largest power of two below the size. The prefixes keep a leaf from passing as a node.
#pragma once

#include <functional>

#include "crypto/digest.hpp"

namespace exhibit::tlog {

using Hash = Digest256;
using Path = std::vector<Hash>;

// A path in a tree of 2^63 leaves has 63 steps.
inline constexpr std::size_t path_steps_max = 63;
inline constexpr std::uint64_t tree_size_max = (std::uint64_t{1} << 63) - 1;

Hash leaf_hash(ByteView data);
Hash node_hash(Hash const& left, Hash const& right);
Hash empty_root();  // SHA-256 of nothing
Hash root_of(std::vector<Hash> const& leaves);

// The hash over the complete subtree of 2^level leaves that begins at leaf index * 2^level.
using HashSource = std::function<Result<Hash>(unsigned level, std::uint64_t index)>;

Result<Hash> tree_root(std::uint64_t size, HashSource const& source);
// Code "index" when the leaf is not in a tree of that size.
Result<Path> inclusion_path(std::uint64_t index, std::uint64_t size, HashSource const& source);
// Code "size" unless 0 < from <= to.
Result<Path> consistency_path(std::uint64_t from, std::uint64_t to, HashSource const& source);

// Code "inclusion". The length of the path must be exact.
Outcome verify_inclusion(Hash const& leaf, std::uint64_t index, std::uint64_t size,
                         Path const& path, Hash const& root);
// Code "consistency". From size 0 nothing can be proven, so it is refused.
Outcome verify_consistency(std::uint64_t from, Hash const& from_root, std::uint64_t to,
                           Hash const& to_root, Path const& path);
// Leaves [start, end) as a part of the tree of `size` leaves that has this root: the same proof for
// an old tree that begins further right (draft-ietf-plants-merkle-tree-certs). The inclusion of a
// leaf in such a part is verify_inclusion with index and size counted from `start`.
Outcome verify_subtree_consistency(std::uint64_t start, std::uint64_t end, Hash const& part_root,
                                   std::uint64_t size, Hash const& root, Path const& path);
// Only these have a root of their own: not empty, and aligned to the power of two that holds them.
bool is_subtree(std::uint64_t start, std::uint64_t end);

// The right edge of a growing tree: at most one complete subtree per level, 2 KiB for any size.
class Frontier {
public:
    std::uint64_t size() const { return size_; }
    // `completed`, when given, is told every complete subtree that this leaf finishes, lowest
    // first, the leaf itself included.
    using Completed = std::function<void(unsigned level, std::uint64_t index, Hash const& hash)>;
    void append(Hash const& leaf, Completed const& completed = {});
    Hash root() const;

private:
    std::uint64_t size_ = 0;
    std::vector<Hash> edge_;  // edge_[level] counts when bit `level` of size_ is set
};

}  // namespace exhibit::tlog
