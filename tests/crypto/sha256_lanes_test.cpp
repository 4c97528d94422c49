#include "crypto/sha256_lanes.hpp"

#include <random>

#include "base/random.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

Bytes random_bytes(std::size_t size, std::uint64_t seed) {
    SeededRandom random(seed);
    Bytes out(size);
    random.fill(out);
    return out;
}

// Lengths around what matters: the 64-byte chunk, the 55/56 byte edge of the padding.
std::size_t odd_length(std::mt19937_64& random, std::size_t limit) {
    static constexpr std::size_t edges[] = {0,  1,   54,  55,  56,  57,  63, 64,
                                            65, 118, 119, 120, 127, 128, 129};
    if (random() % 3 == 0) return std::min(edges[random() % std::size(edges)], limit);
    return random() % (limit + 1);
}

TEST(Sha256Lanes, blocks_agree_with_openssl) {
    std::mt19937_64 random(1);
    auto const data = random_bytes(20000, 7);
    int blocks = 0;
    for (int round = 0; round < 400; ++round) {
        auto const view = ByteView(data).subspan(random() % 64, odd_length(random, 9000));
        auto const block = 1 + odd_length(random, 2000);
        std::vector<Digest256> out(block_count(view.size(), block));
        sha256_blocks(view, block, out);
        for (std::size_t i = 0; i < out.size(); ++i, ++blocks) {
            auto const begin = i * block;
            auto const one = view.subspan(begin, std::min(block, view.size() - begin));
            ASSERT_EQ(out[i], sha256(one)) << view.size() << " in blocks of " << block << ", " << i;
        }
    }
    std::printf("sha256 lanes: %d blocks compared, lanes %s\n", blocks,
                sha256_lanes_in_use() ? "in use" : "NOT in use (OpenSSL)");
    RecordProperty("blocks", blocks);
    EXPECT_GT(blocks, 1000);
}

TEST(Sha256Lanes, prefixed_blocks_agree_with_openssl) {
    std::mt19937_64 random(2);
    auto const data = random_bytes(20000, 8);
    for (int round = 0; round < 300; ++round) {
        auto const view = ByteView(data).first(odd_length(random, 9000));
        auto const block = 1 + odd_length(random, 3000);
        auto const prefix = odd_length(random, 130);
        std::vector<Digest256> out(block_count(view.size(), block));
        auto const prefixes = random_bytes(prefix * out.size(), random());
        sha256_prefixed_blocks(prefixes, prefix, view, block, out);
        for (std::size_t i = 0; i < out.size(); ++i) {
            auto const begin = i * block;
            ASSERT_EQ(out[i], sha256(ByteView(prefixes).subspan(i * prefix, prefix),
                                     view.subspan(begin, std::min(block, view.size() - begin))));
        }
    }
}

TEST(Sha256Lanes, no_data_has_no_blocks) {
    sha256_blocks({}, 64, {});
    EXPECT_EQ(block_count(0, 64), 0u);
    EXPECT_EQ(block_count(65, 64), 2u);
}

TEST(Sha256Lanes, a_pair_gives_the_whole_and_every_leaf) {
    std::mt19937_64 random(3);
    auto const data = random_bytes(30000, 9);
    Sha256Pair pair;
    for (int round = 0; round < 200; ++round) {
        Bytes whole;
        auto const leaves = random() % 6;
        for (std::size_t i = 0; i < leaves; ++i) {
            auto const prefix = ByteView(data).first(odd_length(random, 150));
            auto const leaf = ByteView(data).subspan(random() % 5000, odd_length(random, 5000));
            pair.begin_leaf(prefix);
            for (auto rest = leaf; !rest.empty();) {
                auto const piece = std::min<std::size_t>(1 + odd_length(random, 700), rest.size());
                pair.update(rest.first(piece));
                rest = rest.subspan(piece);
            }
            ASSERT_EQ(pair.finish_leaf(), sha256(prefix, leaf));
            append(whole, leaf);
        }
        ASSERT_EQ(pair.finish(), sha256(whole));
    }
}

TEST(Sha256Lanes, two_streams_of_different_lengths_do_not_disturb_each_other) {
    std::mt19937_64 random(4);
    auto const data = random_bytes(30000, 11);
    Sha256Two two;
    for (int round = 0; round < 200; ++round) {
        Bytes first;
        Bytes second;
        for (auto pieces = random() % 8; pieces > 0; --pieces) {
            auto const a = ByteView(data).subspan(random() % 9000, odd_length(random, 900));
            auto const b = ByteView(data).subspan(random() % 9000, odd_length(random, 900));
            two.update(a, b);
            append(first, a);
            append(second, b);
        }
        auto const digests = two.finish();
        ASSERT_EQ(digests[0], sha256(first));
        ASSERT_EQ(digests[1], sha256(second));
    }
}

// FIPS 180-4 has its examples at NIST; this one is the most quoted.
TEST(Sha256Lanes, abc_has_its_published_digest) {
    std::array<Digest256, 2> out;
    sha256_blocks(as_bytes("abcabc"), 3, out);
    EXPECT_EQ(to_hex(out[0]), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(out[0], out[1]);
}

}  // namespace
}  // namespace exhibit
