#include "case/block_proof.hpp"

#include <algorithm>
#include <bit>
#include <set>

namespace exhibit {
namespace {

Error wrong(char const* what, char const* code = "proof") {
    return bad_input(what).at("parts").coded(code);
}

std::uint64_t blocks_in(std::uint64_t size_bytes) {
    return block_count(size_bytes, original_block_bytes);
}

std::uint64_t split_of(std::uint64_t count) { return std::bit_floor(count - 1); }

bool shows_any(std::vector<BlockRun> const& runs, std::uint64_t low, std::uint64_t high) {
    // The first run that ends after `low`.
    auto const at = std::ranges::upper_bound(runs, low, {}, &BlockRun::end);
    return at != runs.end() && at->first < high;
}

// The subtree over leaves that are all known.
Digest256 root_over(std::span<Digest256 const> leaves) {
    if (leaves.size() == 1) return leaves.front();
    auto const split = static_cast<std::size_t>(split_of(leaves.size()));
    return block_node(root_over(leaves.first(split)), root_over(leaves.subspan(split)));
}

void collect_path(BlockProof& proof, std::span<Digest256 const> leaves, std::uint64_t low) {
    auto const high = low + leaves.size();
    if (!shows_any(proof.shown, low, high)) return proof.path.push_back(root_over(leaves));
    if (leaves.size() == 1) return;
    auto const split = static_cast<std::size_t>(split_of(leaves.size()));
    collect_path(proof, leaves.first(split), low);
    collect_path(proof, leaves.subspan(split), low + split);
}

class RootOfProof {
public:
    RootOfProof(BlockProof const& proof, std::vector<Digest256> const& leaves)
        : proof_(proof), leaves_(leaves) {}

    Result<BlockRoot> run() {
        auto const root = TRY(over(0, blocks_in(proof_.size_bytes)));
        if (next_hash_ != proof_.path.size()) return wrong("the path has more than is needed");
        return BlockRoot(root);
    }

private:
    // Depth: 64 at most, for that many bits has a number of blocks.
    Result<Digest256> over(std::uint64_t low, std::uint64_t high) {
        if (!shows_any(proof_.shown, low, high)) {
            if (next_hash_ == proof_.path.size()) return wrong("the path is too short");
            return proof_.path[next_hash_++];
        }
        if (high - low == 1) return leaves_[next_leaf_++];
        auto const mid = low + split_of(high - low);
        auto const left = TRY(over(low, mid));
        auto const right = TRY(over(mid, high));
        return block_node(left, right);
    }

    BlockProof const& proof_;
    std::vector<Digest256> const& leaves_;
    std::size_t next_hash_ = 0, next_leaf_ = 0;
};

}  // namespace

Result<std::vector<BlockRun>> blocks_of(std::vector<ByteSpan> spans, std::uint64_t size_bytes) {
    std::ranges::sort(spans, {}, &ByteSpan::first);
    std::vector<BlockRun> out;
    std::uint64_t total = 0;
    for (auto const& span : spans) {
        if (span.first >= span.end || span.end > size_bytes)
            return wrong_use("is not a part of the recording")
                .at(std::to_string(span.first) + "-" + std::to_string(span.end))
                .coded("range");
        auto first = span.first / original_block_bytes;
        auto const end = blocks_in(span.end);
        if (!out.empty() && first <= out.back().end()) {
            first = out.back().first;
            total -= out.back().count;
            auto const joined = std::max(end, out.back().end());
            out.back() = {first, joined - first};
        } else {
            out.push_back({first, end - first});
        }
        total += out.back().count;
        if (total > shown_blocks_max || out.size() > block_runs_max)
            return wrong_use("that is more than one disclosure can show")
                .coded("too-many")
                .hint("show the whole recording instead, or less of it");
    }
    if (out.empty()) return wrong_use("there is nothing to show").coded("range");
    return out;
}

std::uint64_t shown_bytes(std::vector<BlockRun> const& runs, std::uint64_t size_bytes) {
    std::uint64_t total = 0;
    for (auto const& run : runs) {
        total += std::min(run.end() * original_block_bytes, size_bytes) -
                 run.first * original_block_bytes;
    }
    return total;
}

BlockProof make_block_proof(std::uint64_t size_bytes, std::vector<BlockRun> runs,
                            std::vector<Digest256> const& leaves, BlockSalts const& salts) {
    VERIFY(leaves.size() == blocks_in(size_bytes) && !runs.empty());
    BlockProof proof{size_bytes, std::move(runs), {}, {}};
    for (auto const& run : proof.shown) {
        for (auto block = run.first; block < run.end(); ++block)
            proof.salts.push_back(salts.salt(block));
    }
    collect_path(proof, leaves, 0);
    return proof;
}

Outcome check_block_proof(BlockProof const& proof) {
    if (proof.shown.empty() || proof.shown.size() > block_runs_max)
        return wrong("no parts, or too many");
    auto const blocks = blocks_in(proof.size_bytes);
    std::uint64_t total = 0, last = 0;
    bool is_first = true;
    for (auto const& run : proof.shown) {
        if (run.count == 0 || run.first >= blocks || run.count > blocks - run.first)
            return wrong("a part lies outside of the recording");
        if (!is_first && run.first <= last) return wrong("the parts are not in order, or touch");
        last = run.end();
        is_first = false;
        total += run.count;
    }
    if (total > shown_blocks_max) return wrong("the parts are too large");
    if (proof.salts.size() != total) return wrong("there is not one salt for each block");
    if (std::set(proof.salts.begin(), proof.salts.end()).size() != proof.salts.size())
        return wrong("a salt is used twice", "salt-reused");
    return {};
}

Result<BlockRoot> root_of_proof(BlockProof const& proof, std::vector<Digest256> const& leaves) {
    VERIFY(leaves.size() == proof.salts.size());
    return RootOfProof(proof, leaves).run();
}

}  // namespace exhibit
