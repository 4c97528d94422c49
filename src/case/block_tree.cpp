#include "case/block_tree.hpp"

#include <algorithm>

#include "crypto/hash.hpp"

namespace exhibit {
namespace {

constexpr std::string_view salt_label = "exhibit-block";
constexpr std::size_t hmac_block_bytes = 64;
constexpr std::size_t leaf_prefix_bytes = 1 + block_salt_bytes;
constexpr std::size_t blocks_at_once = 16;

SecretBytes padded(ByteView key, Byte pad) {
    SecretBytes out(hmac_block_bytes);
    auto const to = out.reveal_for_writing();
    for (std::size_t i = 0; i < to.size(); ++i) {
        to[i] = static_cast<Byte>((i < key.size() ? key[i] : 0) ^ pad);
    }
    return out;
}

using LeafPrefix = ByteArray<leaf_prefix_bytes>;

LeafPrefix leaf_prefix(BlockSalt const& salt) {
    LeafPrefix prefix{};
    std::ranges::copy(salt, prefix.begin() + 1);  // prefix[0] is 00: a leaf
    return prefix;
}

}  // namespace

// RFC 5869 §2.2 with no salt: PRK = HMAC(32 zero bytes, seed).
BlockSalts::BlockSalts(Secret<32> const& seed) {
    Digest256 const no_salt{};
    Digest256 prk = hmac_sha256(no_salt, seed.reveal());  // the seed is key material of HKDF
    inner_pad_ = padded(prk, 0x36);
    outer_pad_ = padded(prk, 0x5c);
    wipe(prk);
}

// RFC 5869 §2.3, one block of output: T(1) = HMAC(PRK, info ‖ 01). Written as its two hashes,
// because HMAC through OpenSSL looks the algorithm up each time and there is one salt for every 64
// KiB.
BlockSalt BlockSalts::salt(std::uint64_t index) const {
    ByteArray<salt_label.size() + 8 + 1> info{};
    auto to = std::ranges::copy(salt_label, info.begin()).out;
    to = std::ranges::copy(big_endian<8>(index), to).out;
    *to = 1;
    auto const inner = sha256(inner_pad_.reveal(), info);  // revealed to the hash only
    auto const okm = sha256(outer_pad_.reveal(), inner);
    BlockSalt salt;
    std::copy_n(okm.begin(), salt.size(), salt.begin());
    return salt;
}

Digest256 block_leaf(BlockSalt const& salt, ByteView block) {
    return sha256(leaf_prefix(salt), block);
}

Digest256 block_node(Digest256 const& left, Digest256 const& right) {
    ByteArray<1 + 32> marked_left{1};
    std::ranges::copy(left, marked_left.begin() + 1);
    return sha256(marked_left, right);
}

// Like adding one to a binary number: each trailing one bit is a complete subtree of the same
// height.
void LeafStack::add(Digest256 leaf) {
    for (auto bits = count_; (bits & 1) != 0; bits >>= 1) {
        leaf = block_node(peaks_.back(), leaf);
        peaks_.pop_back();
    }
    peaks_.push_back(leaf);
    ++count_;
}

// The peaks are the complete subtrees from left to right; RFC 6962 joins them from the right.
Digest256 LeafStack::root() const {
    if (peaks_.empty()) return sha256(ByteView());
    auto root = peaks_.back();
    for (std::size_t i = peaks_.size() - 1; i > 0; --i) root = block_node(peaks_[i - 1], root);
    return root;
}

void BlockTree::add_whole_blocks(ByteView blocks) {
    while (!blocks.empty()) {
        auto const now =
            blocks.first(std::min(blocks.size(), blocks_at_once * original_block_bytes));
        auto const count = now.size() / original_block_bytes;
        Bytes prefixes;
        for (std::size_t i = 0; i < count; ++i) {
            append(prefixes, leaf_prefix(salts_.salt(leaves_.count() + i)));
        }
        std::array<Digest256, blocks_at_once> out;
        auto const hashes = std::span(out).first(count);
        sha256_prefixed_blocks(prefixes, leaf_prefix_bytes, now, original_block_bytes, hashes);
        for (auto const& hash : hashes) leaves_.add(hash);
        blocks = blocks.subspan(now.size());
    }
}

void BlockTree::update(ByteView bytes) {
    while (!bytes.empty()) {
        auto const whole = bytes.size() - bytes.size() % original_block_bytes;
        if (in_block_ == 0 && whole > 0) {
            add_whole_blocks(bytes.first(whole));
            bytes = bytes.subspan(whole);
            continue;
        }
        if (in_block_ == 0) leaf_.update(leaf_prefix(salts_.salt(leaves_.count())));
        auto const taken = std::min(original_block_bytes - in_block_, bytes.size());
        leaf_.update(bytes.first(taken));
        in_block_ = (in_block_ + taken) % original_block_bytes;
        if (in_block_ == 0) leaves_.add(leaf_.finish());
        bytes = bytes.subspan(taken);
    }
}

BlockRoot BlockTree::finish() {
    if (in_block_ > 0) leaves_.add(leaf_.finish());
    in_block_ = 0;
    return BlockRoot(leaves_.root());
}

void OriginalDigester::update(ByteView bytes) {
    size_ += bytes.size();
    while (!bytes.empty()) {
        if (!pair_.in_leaf()) pair_.begin_leaf(leaf_prefix(salts_.salt(leaves_.count())));
        auto const taken = std::min(original_block_bytes - in_block_, bytes.size());
        pair_.update(bytes.first(taken));
        in_block_ = (in_block_ + taken) % original_block_bytes;
        if (in_block_ == 0) leaves_.add(pair_.finish_leaf());
        bytes = bytes.subspan(taken);
    }
}

OriginalDigests OriginalDigester::finish() {
    if (pair_.in_leaf()) leaves_.add(pair_.finish_leaf());
    in_block_ = 0;
    auto const digest = pair_.finish();
    return {PlainDigest(digest), BlockRoot(leaves_.root()), size_};
}

}  // namespace exhibit
