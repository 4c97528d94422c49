// Proofs of place and of growth in a small tree. The input may use the tree's hashes as it likes,
// and hashes of its own: what is accepted is true, and the true proof is accepted. Sizes of any
// value do no harm. Of a part that begins further right only this: no other passes for it.
//
// Input: what to prove (a byte), three numbers (a byte each, or eight of any size), then the steps
// of the path: a byte that chooses a hash of the tree, or from 192 on, the 32 bytes after it.
#include "formats/tlog/merkle.hpp"

#include "base/encoding.hpp"
#include "base/reader.hpp"
#include "base/verify.hpp"

using namespace exhibit;
using namespace exhibit::tlog;

namespace {

constexpr std::uint64_t leaves_max = 24;
constexpr Byte own_hash_from = 192;

struct Tree {
    std::vector<Hash> leaves;
    std::vector<Hash> every_hash;              // of whole subtrees, lowest level first
    std::vector<std::vector<Hash>> complete;   // [level][index]
    std::vector<Hash> roots = {empty_root()};  // [size]
};

Tree const& tree() {
    static auto const one = [] {
        Tree out;
        Frontier frontier;
        auto const keep = [&](unsigned level, std::uint64_t, Hash const& hash) {
            if (level == out.complete.size()) out.complete.emplace_back();
            out.complete[level].push_back(hash);
        };
        for (Byte i = 0; i < leaves_max; ++i) {
            out.leaves.push_back(leaf_hash(ByteView(&i, 1)));
            frontier.append(out.leaves.back(), keep);
            out.roots.push_back(frontier.root());
        }
        for (auto const& level : out.complete)
            out.every_hash.insert(out.every_hash.end(), level.begin(), level.end());
        return out;
    }();
    return one;
}

Result<Hash> stored(unsigned level, std::uint64_t index) { return tree().complete[level][index]; }

Path path_of(Reader& input) {
    Path path;
    while (path.size() < 2 * path_steps_max) {
        auto const choice = input.take_byte();
        if (!choice) break;
        if (*choice < own_hash_from) {
            path.push_back(tree().every_hash[*choice % tree().every_hash.size()]);
            continue;
        }
        auto const bytes = input.take(32);
        if (!bytes) break;
        path.push_back(exactly<32>(*bytes).take());
    }
    return path;
}

// Leaves [start, end) on their own.
Hash part_root(std::uint64_t start, std::uint64_t end) {
    return root_of({tree().leaves.begin() + static_cast<long>(start),
                    tree().leaves.begin() + static_cast<long>(end)});
}

void try_inclusion(std::uint64_t index, std::uint64_t size, std::uint64_t leaf, Path const& path) {
    // A node may claim to be a leaf.
    auto const& claimed = tree().every_hash[leaf % tree().every_hash.size()];
    bool const accepted = verify_inclusion(claimed, index, size, path, tree().roots[size]).ok();
    auto const right = inclusion_path(index, size, stored);
    VERIFY(right.ok() == (index < size));
    VERIFY(accepted == (right.ok() && path == *right && claimed == tree().leaves[index]));
    if (!right.ok()) return;
    VERIFY(verify_inclusion(tree().leaves[index], index, size, *right, tree().roots[size]).ok());
}

void try_growth(std::uint64_t from, std::uint64_t to, std::uint64_t claimed, Path const& path) {
    auto const& old_root = tree().roots[claimed % tree().roots.size()];
    bool const accepted = verify_consistency(from, old_root, to, tree().roots[to], path).ok();
    auto const right = consistency_path(from, to, stored);
    VERIFY(right.ok() == (from != 0 && from <= to));
    VERIFY(accepted == (right.ok() && path == *right && old_root == tree().roots[from]));
    if (!right.ok()) return;
    VERIFY(verify_consistency(from, tree().roots[from], to, tree().roots[to], *right).ok());
}

void try_part(std::uint64_t start, std::uint64_t end, std::uint64_t size, Path const& path) {
    if (start >= end || end > leaves_max) return;
    auto const& root = tree().roots[size];
    auto const part = part_root(start, end);
    bool const accepted = verify_subtree_consistency(start, end, part, size, root, path).ok();
    VERIFY(!accepted || (is_subtree(start, end) && end <= size));
    // Another part of the same length does not pass for this one.
    auto const shifted = part_root(leaves_max - (end - start), leaves_max);
    if (shifted == part) return;
    VERIFY(!verify_subtree_consistency(start, end, shifted, size, root, path).ok());
}

void try_any_sizes(Reader& input) {
    std::uint64_t numbers[3] = {};
    for (auto& number : numbers) {
        auto const eight = input.take_u64be();
        if (!eight) return;
        number = *eight;
    }
    auto const [a, b, c] = numbers;
    auto const path = path_of(input);
    auto const& root = tree().roots.back();
    (void)verify_inclusion(tree().leaves[0], a, b, path, root);
    (void)verify_consistency(a, root, b, tree().roots[1], path);
    (void)verify_subtree_consistency(a, b, root, c, root, path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    Reader input(ByteView(data, size));
    auto const what = input.take_byte();
    if (!what) return 0;
    if (*what % 4 == 3) return try_any_sizes(input), 0;
    std::uint64_t numbers[3] = {};
    for (auto& number : numbers) {
        auto const byte = input.take_byte();
        if (!byte) return 0;
        number = *byte;
    }
    auto const sized = numbers[1] % tree().roots.size();
    auto const path = path_of(input);
    switch (*what % 4) {
        case 0: try_inclusion(numbers[0], sized, numbers[2], path); break;
        case 1: try_growth(numbers[0], sized, numbers[2], path); break;
        default: try_part(numbers[0], numbers[2], sized, path);
    }
    return 0;
}
