// The Merkle tree of BEP 52: SHA-256 of 16 KiB blocks without prefix, the last one short as it is;
// the leaf layer padded to a power of two with 32 zero bytes (not the hash of zeros); node =
// SHA-256(l ‖ r). A file of up to 16 KiB has its plain SHA-256 as root. The root does not depend on
// the piece length, so it is computed while sealing, in one pass and logarithmic memory, and is the
// same in every torrent.
#pragma once

#include "crypto/sha256_lanes.hpp"

namespace exhibit::torrent {

constexpr std::size_t leaf_bytes = 16 * 1024;

struct FileTree {
    Digest256 root{};  // of an empty file: SHA-256(""), though a torrent lists none
    std::uint64_t size = 0;
    std::vector<Digest256> piece_layer;  // only for files larger than the piece length
};

// Takes leaf hashes, remembers the right edge, and collects the layer of one height if asked.
class LeafTree {
public:
    explicit LeafTree(std::optional<unsigned> layer_height = std::nullopt)
        : layer_height_(layer_height) {}
    void add(Digest256 const& leaf);
    std::uint64_t count() const { return count_; }
    // Pads the right edge. Once; there must be a leaf.
    Digest256 finish();
    std::vector<Digest256> take_layer() { return std::move(layer_); }

private:
    struct Node {
        unsigned height;
        Digest256 hash;
    };
    void push(Node node);

    std::optional<unsigned> layer_height_;
    std::uint64_t count_ = 0;
    std::vector<Node> edge_;  // heights strictly falling
    std::vector<Digest256> layer_;
};

class PieceTree {
public:
    // Root only, or also the layer for a piece length (a power of two ≥ 16 KiB; it must not be
    // input that nobody checked).
    explicit PieceTree(std::optional<std::uint64_t> piece_length = std::nullopt);
    void update(ByteView bytes);
    // Once; the object is done after it.
    FileTree finish();

private:
    void add_leaves(ByteView whole_or_last);

    std::optional<std::uint64_t> piece_length_;
    LeafTree tree_;
    Bytes held_;  // fewer than four leaves: bytes that came in odd pieces still run in two lanes
    std::uint64_t size_ = 0;
};

// Root and plain SHA-256 of the same bytes in one pass: what a seal statement says of a ciphertext.
struct RootAndDigest {
    CipherRoot root;
    CipherDigest digest;
    std::uint64_t size = 0;
    friend bool operator==(RootAndDigest const&, RootAndDigest const&) = default;
};
class CiphertextDigester {
public:
    void update(ByteView bytes);
    RootAndDigest finish();  // once

private:
    Sha256Pair pair_;
    LeafTree tree_;
    std::size_t in_leaf_ = 0;
    std::uint64_t size_ = 0;
};

bool is_piece_length(std::uint64_t length);  // a power of two, 16 KiB to 512 MiB
// The root that a complete piece layer adds up to; none if its number of hashes is wrong.
std::optional<Digest256> root_of_layer(std::span<Digest256 const> layer, std::uint64_t length,
                                       std::uint64_t piece_length);

}  // namespace exhibit::torrent
