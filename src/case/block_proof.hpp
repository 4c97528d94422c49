// Parts of a recording shown bit-exact while the rest is withheld: the shown blocks with their
// salts, and the hashes of the subtrees that hold nothing shown, from left to right.
//
//   root(lo, hi) = the next hash of `path`          when no block of [lo, hi) is shown
//                  leaf of the block                when hi − lo is 1
//                  node(root(lo, mid), root(mid, hi))   mid: the largest power of two below, as in
//                                                       RFC 6962
//
// A block that is not shown keeps its salt, so that black frames, silence or a known document
// cannot be guessed from its hash. The seed of the salts is never shown with a part. The size of
// the original is not in the root: it must be shown as the signed fact that it is, and be the
// proof's.
#pragma once

#include "case/block_tree.hpp"

namespace exhibit {

// Whole blocks, as they lie in the original.
struct BlockRun {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint64_t end() const { return first + count; }
    friend bool operator==(BlockRun const&, BlockRun const&) = default;
};

inline constexpr std::size_t shown_blocks_max = 1u << 18;  // 16 GiB
inline constexpr std::size_t block_runs_max = 1u << 14;

struct BlockProof {
    std::uint64_t size_bytes = 0;  // of the original
    std::vector<BlockRun> shown;   // ascending, apart from each other, not empty
    std::vector<BlockSalt> salts;  // of the shown blocks, in order
    std::vector<Digest256> path;
    friend bool operator==(BlockProof const&, BlockProof const&) = default;
};

// Runs that hold these bytes: rounded to blocks, sorted, joined. Code "range" for one that is empty
// or ends past the original, "too-many".
struct ByteSpan {
    std::uint64_t first = 0;
    std::uint64_t end = 0;
};
Result<std::vector<BlockRun>> blocks_of(std::vector<ByteSpan> spans, std::uint64_t size_bytes);
std::uint64_t shown_bytes(std::vector<BlockRun> const& runs, std::uint64_t size_bytes);

// `leaves` of the whole original. The runs are those of blocks_of.
BlockProof make_block_proof(std::uint64_t size_bytes, std::vector<BlockRun> runs,
                            std::vector<Digest256> const& leaves, BlockSalts const& salts);

// Form: runs ascending and within the size, a salt for each block, none twice. Code "proof",
// "salt-reused".
Outcome check_block_proof(BlockProof const& proof);
// The root that the proof and the leaves of its shown blocks add up to. The form was checked. Code
// "proof" when the path is too short or too long.
Result<BlockRoot> root_of_proof(BlockProof const& proof, std::vector<Digest256> const& leaves);

}  // namespace exhibit
