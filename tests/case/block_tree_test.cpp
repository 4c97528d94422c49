#include "case/block_tree.hpp"

#include "base/random.hpp"
#include "crypto/kdf.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

Bytes random_bytes(std::size_t size) {
    SeededRandom random(size);
    Bytes out(size);
    random.fill(out);
    return out;
}

Secret<32> test_seed() {
    Secret<32> seed;
    for (std::size_t i = 0; i < 32; ++i) seed.reveal_for_writing()[i] = static_cast<Byte>(i);
    return seed;
}

// The definition, word for word, with HKDF by the ordinary function: deliberately dumb.
Digest256 dumb_root(std::vector<Digest256> const& leaves) {
    if (leaves.empty()) return sha256(std::string_view());
    if (leaves.size() == 1) return leaves[0];
    std::size_t split = 1;
    while (split * 2 < leaves.size()) split *= 2;
    auto const middle = leaves.begin() + static_cast<long>(split);
    Bytes node{1};
    append(node, dumb_root({leaves.begin(), middle}));
    append(node, dumb_root({middle, leaves.end()}));
    return sha256(node);
}

Digest256 dumb_tree(ByteView seed, ByteView data) {
    std::vector<Digest256> leaves;
    for (std::uint64_t i = 0; i * 65536 < data.size(); ++i) {
        auto info = to_bytes("exhibit-block");
        append(info, big_endian<8>(i));
        Bytes leaf{0};
        append(leaf, ByteView(hkdf_sha256_public(seed, {}, info)).first(16));
        append(leaf,
               data.subspan(i * 65536, std::min<std::size_t>(65536, data.size() - i * 65536)));
        leaves.push_back(sha256(leaf));
    }
    return dumb_root(leaves);
}

constexpr std::size_t block = original_block_bytes;
constexpr std::size_t sizes[] = {0,
                                 1,
                                 100,
                                 block - 1,
                                 block,
                                 block + 1,
                                 2 * block,
                                 2 * block + 7,
                                 3 * block,
                                 5 * block - 1,
                                 7 * block + 1,
                                 8 * block,
                                 37 * block + 12345};

TEST(BlockTree, agrees_with_the_definition_at_every_size_and_piece) {
    auto const seed = test_seed();
    for (auto size : sizes) {
        auto const data = random_bytes(size);
        auto const expected = dumb_tree(seed.reveal(), data);
        for (std::size_t piece : {std::size_t{4093}, block - 1, block, 3 * block + 1, 64 * block}) {
            BlockTree tree(seed);
            OriginalDigester digester(seed);
            for (auto rest = ByteView(data); !rest.empty();) {
                auto const now = rest.first(std::min(piece, rest.size()));
                tree.update(now);
                digester.update(now);
                rest = rest.subspan(now.size());
            }
            EXPECT_EQ(tree.finish().bytes(), expected) << size << " in pieces of " << piece;
            OriginalDigests const wanted{PlainDigest(sha256(data)), BlockRoot(expected), size};
            EXPECT_EQ(digester.finish(), wanted) << size << " in pieces of " << piece;
        }
    }
}

TEST(BlockTree, the_empty_tree_is_the_digest_of_nothing) {
    EXPECT_EQ(BlockTree(test_seed()).finish().hex(),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(BlockTree, the_salt_is_hkdf) {
    auto const seed = test_seed();
    BlockSalts const salts(seed);
    for (std::uint64_t index :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{70000}, ~std::uint64_t{0}}) {
        auto info = to_bytes("exhibit-block");
        append(info, big_endian<8>(index));
        auto const okm = hkdf_sha256_public(seed.reveal(), {}, info);
        EXPECT_TRUE(same_bytes(salts.salt(index), ByteView(okm).first(16)));
    }
}

TEST(BlockTree, another_seed_another_root_but_the_same_digest) {
    auto const data = random_bytes(3 * block);
    OriginalDigester one(test_seed());
    OriginalDigester two(Secret<32>::random());
    one.update(data);
    two.update(data);
    auto const first = one.finish();
    auto const second = two.finish();
    EXPECT_EQ(first.digest, second.digest);
    EXPECT_NE(first.root, second.root);
}

}  // namespace
}  // namespace exhibit
