#include "formats/tlog/merkle.hpp"

#include <algorithm>
#include <bit>

#include "crypto/hash.hpp"

namespace exhibit::tlog {
namespace {

// The largest power of two below n; n > 1.
std::uint64_t split(std::uint64_t n) { return std::bit_floor(n - 1); }

// The hash over leaves [from, to), which are a subtree of some tree: put together from its complete
// parts, right to left.
Result<Hash> range_root(std::uint64_t from, std::uint64_t to, HashSource const& source) {
    std::vector<Hash> parts;
    while (from < to) {
        auto const part = std::bit_floor(to - from);
        auto const level = static_cast<unsigned>(std::countr_zero(part));
        auto const hash = TRY(source(level, from >> level));
        parts.push_back(hash);
        from += part;
    }
    auto root = parts.back();
    for (auto i = parts.size() - 1; i-- > 0;) root = node_hash(parts[i], root);
    return root;
}

Error refused(char const* code, char const* what) { return bad_input(what).coded(code); }

}  // namespace

Hash leaf_hash(ByteView data) {
    Byte const prefix[] = {0};
    return sha256(ByteView(prefix), data);
}

Hash node_hash(Hash const& left, Hash const& right) {
    Byte both[65];
    both[0] = 1;
    std::ranges::copy(left, both + 1);
    std::ranges::copy(right, both + 33);
    return sha256(ByteView(both));
}

Hash empty_root() { return sha256(ByteView{}); }

Hash root_of(std::vector<Hash> const& leaves) {
    Frontier frontier;
    for (auto const& leaf : leaves) frontier.append(leaf);
    return frontier.root();
}

Result<Hash> tree_root(std::uint64_t size, HashSource const& source) {
    if (size == 0) return empty_root();
    return range_root(0, size, source);
}

// RFC 6962 §2.1.1, from the root down, then turned round.
Result<Path> inclusion_path(std::uint64_t index, std::uint64_t size, HashSource const& source) {
    if (index >= size) return refused("index", "the entry is not in a tree of that size");
    Path path;
    std::uint64_t from = 0, to = size;
    while (to - from > 1) {
        auto const middle = from + split(to - from);
        bool const left = index < middle;
        auto const sibling =
            TRY(left ? range_root(middle, to, source) : range_root(from, middle, source));
        path.push_back(sibling);
        (left ? to : from) = middle;
    }
    std::ranges::reverse(path);
    return path;
}

// RFC 6962 §2.1.2: SUBPROOF, from the root down.
Result<Path> consistency_path(std::uint64_t from_size, std::uint64_t to_size,
                              HashSource const& source) {
    if (from_size == 0 || from_size > to_size)
        return refused("size", "a log is only consistent with a smaller one that is not empty");
    Path path;
    std::uint64_t from = 0, to = to_size;
    bool known = true;  // the verifier knows the root of this part from the old checkpoint
    while (from_size != to) {
        auto const middle = from + split(to - from);
        bool const left = from_size <= middle;
        auto const sibling =
            TRY(left ? range_root(middle, to, source) : range_root(from, middle, source));
        path.push_back(sibling);
        (left ? to : from) = middle;
        known = known && left;
    }
    if (!known) {
        auto const part = TRY(range_root(from, to, source));
        path.push_back(part);
    }
    std::ranges::reverse(path);
    return path;
}

// RFC 9162 §2.1.3.2.
Outcome verify_inclusion(Hash const& leaf, std::uint64_t index, std::uint64_t size,
                         Path const& path, Hash const& root) {
    if (index >= size) return refused("inclusion", "the entry is not in a tree of that size");
    auto fn = index, sn = size - 1;
    auto hash = leaf;
    for (auto const& step : path) {
        if (sn == 0) return refused("inclusion", "the path is too long");
        if ((fn & 1) != 0 || fn == sn) {
            hash = node_hash(step, hash);
            while ((fn & 1) == 0 && fn != 0) fn >>= 1, sn >>= 1;
        } else {
            hash = node_hash(hash, step);
        }
        fn >>= 1, sn >>= 1;
    }
    if (sn != 0) return refused("inclusion", "the path is too short");
    if (hash != root) return refused("inclusion", "the path leads to another root");
    return {};
}

bool is_subtree(std::uint64_t start, std::uint64_t end) {
    if (start >= end || end > tree_size_max) return false;
    return start % std::bit_ceil(end - start) == 0;
}

// RFC 9162 §2.1.4.2, where the old tree may begin at another leaf than the first. `first` and
// `last` are the edges of the old part, `newest` that of the tree, at the level of the hashes at
// hand.
Outcome verify_subtree_consistency(std::uint64_t start, std::uint64_t end, Hash const& part_root,
                                   std::uint64_t size, Hash const& root, Path const& path) {
    auto const refuse = [](char const* what) { return refused("consistency", what); };
    if (!is_subtree(start, end) || end > size)
        return refuse("nothing can be proven between these sizes");
    if (start == 0 && end == size && path.empty() && part_root != root)
        return refuse("two roots for one size: a split view");
    auto first = start, last = end - 1, newest = size - 1;
    auto const up = [&] { first >>= 1, last >>= 1, newest >>= 1; };
    bool const at_the_end = last == newest;
    while (first != last && (at_the_end || (last & 1) != 0)) up();
    auto step = path.begin();
    bool const whole = first == last;
    if (!whole && step == path.end()) return refuse("the path is too short");
    auto old_hash = whole ? part_root : *step++;
    auto new_hash = old_hash;
    for (; step != path.end(); ++step) {
        if (newest == 0) return refuse("the path is too long");
        if ((last & 1) != 0 || last == newest) {
            if (first < last) old_hash = node_hash(*step, old_hash);
            new_hash = node_hash(*step, new_hash);
            while ((last & 1) == 0 && last != 0) up();
        } else {
            new_hash = node_hash(new_hash, *step);
        }
        up();
    }
    if (newest != 0) return refuse("the path is too short");
    if (old_hash != part_root) return refuse("the old root is not part of the new tree");
    if (new_hash != root) return refuse("the path leads to another root");
    return {};
}

Outcome verify_consistency(std::uint64_t from, Hash const& from_root, std::uint64_t to,
                           Hash const& to_root, Path const& path) {
    return verify_subtree_consistency(0, from, from_root, to, to_root, path);
}

void Frontier::append(Hash const& leaf, Completed const& completed) {
    VERIFY(size_ < tree_size_max);
    auto hash = leaf;
    unsigned level = 0;
    if (completed) completed(0, size_, hash);
    while ((size_ >> level & 1) != 0) {
        hash = node_hash(edge_[level], hash);
        ++level;
        if (completed) completed(level, size_ >> level, hash);
    }
    if (level == edge_.size()) edge_.emplace_back();
    edge_[level] = hash;
    ++size_;
}

Hash Frontier::root() const {
    if (size_ == 0) return empty_root();
    std::optional<Hash> root;
    for (unsigned level = 0; level < edge_.size(); ++level) {
        if ((size_ >> level & 1) == 0) continue;
        root = root ? node_hash(edge_[level], *root) : edge_[level];
    }
    return *root;
}

}  // namespace exhibit::tlog
