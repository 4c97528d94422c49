#include "formats/torrent/piece_tree.hpp"

#include <algorithm>
#include <bit>

namespace exhibit::torrent {
namespace {

constexpr std::size_t leaves_at_once = 4;
constexpr unsigned heights = 64;

Digest256 join(Digest256 const& left, Digest256 const& right) { return sha256(left, right); }

// Root of a tree of this height whose leaves are all 32 zero bytes.
Digest256 zero_root(unsigned height) {
    static auto const roots = [] {
        std::array<Digest256, heights> out{};
        for (unsigned i = 1; i < heights; ++i) out[i] = join(out[i - 1], out[i - 1]);
        return out;
    }();
    return roots[height];
}

unsigned height_of_piece(std::uint64_t piece_length) {
    return static_cast<unsigned>(std::countr_zero(piece_length / leaf_bytes));
}

}  // namespace

bool is_piece_length(std::uint64_t length) {
    return std::has_single_bit(length) && length >= leaf_bytes &&
           length <= (std::uint64_t{1} << 29);
}

void LeafTree::push(Node node) {
    if (node.height == layer_height_) layer_.push_back(node.hash);
    while (!edge_.empty() && edge_.back().height == node.height) {
        node = {node.height + 1, join(edge_.back().hash, node.hash)};
        edge_.pop_back();
        if (node.height == layer_height_) layer_.push_back(node.hash);
    }
    edge_.push_back(node);
}

void LeafTree::add(Digest256 const& leaf) {
    push({0, leaf});
    ++count_;
}

// The smallest subtree grows with zeros on its right until it meets its left neighbour.
Digest256 LeafTree::finish() {
    VERIFY(!edge_.empty());
    while (edge_.size() > 1) {
        auto const last = edge_.back();
        edge_.pop_back();
        push({last.height + 1, join(last.hash, zero_root(last.height))});
    }
    return edge_.back().hash;
}

PieceTree::PieceTree(std::optional<std::uint64_t> piece_length)
    : piece_length_(piece_length),
      tree_(piece_length ? std::optional(height_of_piece(*piece_length)) : std::nullopt) {
    VERIFY(!piece_length || is_piece_length(*piece_length));
}

void PieceTree::add_leaves(ByteView bytes) {
    while (!bytes.empty()) {
        auto const now = bytes.first(std::min(bytes.size(), leaves_at_once * leaf_bytes));
        std::array<Digest256, leaves_at_once> out;
        auto const hashes = std::span(out).first(block_count(now.size(), leaf_bytes));
        sha256_blocks(now, leaf_bytes, hashes);
        for (auto const& hash : hashes) tree_.add(hash);
        bytes = bytes.subspan(now.size());
    }
}

void PieceTree::update(ByteView bytes) {
    constexpr auto batch = leaves_at_once * leaf_bytes;
    size_ += bytes.size();
    if (!held_.empty()) {
        auto const taken = std::min(batch - held_.size(), bytes.size());
        append(held_, bytes.first(taken));
        bytes = bytes.subspan(taken);
        if (held_.size() < batch) return;
        add_leaves(held_);
        held_.clear();
    }
    auto const whole = bytes.size() - bytes.size() % batch;
    add_leaves(bytes.first(whole));
    append(held_, bytes.subspan(whole));
}

FileTree PieceTree::finish() {
    add_leaves(held_);
    held_.clear();
    FileTree out;
    out.size = size_;
    out.root = size_ == 0 ? sha256(ByteView()) : tree_.finish();
    // BEP 52: only files larger than one piece have a layer.
    if (piece_length_ && size_ > *piece_length_) out.piece_layer = tree_.take_layer();
    return out;
}

void CiphertextDigester::update(ByteView bytes) {
    size_ += bytes.size();
    while (!bytes.empty()) {
        if (!pair_.in_leaf()) pair_.begin_leaf({});
        auto const taken = std::min(leaf_bytes - in_leaf_, bytes.size());
        pair_.update(bytes.first(taken));
        in_leaf_ = (in_leaf_ + taken) % leaf_bytes;
        if (in_leaf_ == 0) tree_.add(pair_.finish_leaf());
        bytes = bytes.subspan(taken);
    }
}

RootAndDigest CiphertextDigester::finish() {
    if (pair_.in_leaf()) tree_.add(pair_.finish_leaf());
    auto const root = size_ == 0 ? sha256(ByteView()) : tree_.finish();
    return {CipherRoot(root), CipherDigest(pair_.finish()), size_};
}

std::optional<Digest256> root_of_layer(std::span<Digest256 const> layer, std::uint64_t length,
                                       std::uint64_t piece_length) {
    VERIFY(is_piece_length(piece_length));
    if (layer.empty() || layer.size() != length / piece_length + (length % piece_length != 0)) {
        return std::nullopt;
    }
    auto height = height_of_piece(piece_length);
    std::vector<Digest256> row(layer.begin(), layer.end());
    for (; row.size() > 1; ++height) {
        if (row.size() % 2 != 0) row.push_back(zero_root(height));
        for (std::size_t i = 0; i < row.size() / 2; ++i) row[i] = join(row[2 * i], row[2 * i + 1]);
        row.resize(row.size() / 2);
    }
    return row[0];
}

}  // namespace exhibit::torrent
