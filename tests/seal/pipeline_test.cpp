// Two threads and three buffers: what comes out must not depend on how the bytes went in.
#include "seal/pipeline.hpp"

#include <algorithm>
#include <random>

#include "support/shared.hpp"

namespace exhibit::seal {
namespace {

Bytes noise(std::size_t size, std::mt19937_64& random) {
    Bytes out(size);
    for (auto& byte : out) byte = static_cast<Byte>(random());
    return out;
}

struct Pipeline : ::testing::Test {
    age::X25519Identity key = age::X25519Identity::generate();
    age::X25519Recipient recipient = key.recipient();
    std::array<age::Recipient const*, 1> recipients{&recipient};
    Bytes cipher;
    CipherTarget into = [this](ByteView bytes) -> Outcome {
        append(cipher, bytes);
        return {};
    };

    // Feeds `plain` in pieces of at most `most` bytes.
    Result<CipherFacts> seal(ByteView plain, std::size_t most, std::mt19937_64& random) {
        cipher.clear();
        auto pipeline = TRY(SealPipeline::create(recipients, into));
        while (!plain.empty()) {
            auto const room = TRY(pipeline.space());
            auto const count =
                std::min({plain.size(), room.size(), std::size_t(1 + random() % most)});
            std::copy_n(plain.begin(), count, room.begin());
            pipeline.filled(count);
            plain = plain.subspan(count);
        }
        return pipeline.finish();
    }
};

TEST_F(Pipeline, gives_back_every_size_and_knows_the_tree_of_what_it_wrote) {
    std::mt19937_64 random(7);
    constexpr std::size_t chunk = age::chunk_bytes, block = 1 << 20;
    for (std::size_t const size : {std::size_t(1), chunk - 1, chunk, chunk + 1, block - 1, block,
                                   block + 1, 3 * block, 4 * block + 12345}) {
        for (std::size_t const most : {std::size_t(4099), std::size_t(1) << 21}) {
            auto const plain = noise(size, random);
            auto const facts = seal(plain, most, random);
            ASSERT_OK(facts);
            auto const opened = age::decrypt(cipher, key, size + 1);
            ASSERT_OK(opened);
            EXPECT_TRUE(*opened == plain) << size;
            torrent::PieceTree tree;
            tree.update(cipher);
            EXPECT_EQ(facts->root, CipherRoot(tree.finish().root)) << size;
            EXPECT_EQ(facts->size_bytes, cipher.size());
        }
    }
}

TEST_F(Pipeline, what_was_flushed_is_with_the_target_before_more_comes) {
    std::mt19937_64 random(8);
    auto pipeline = SealPipeline::create(recipients, into).take();
    auto const plain = noise(3 * age::chunk_bytes, random);
    ASSERT_OK(pipeline.put(plain));
    ASSERT_OK(pipeline.flush());
    auto const safe = cipher;  // the worker waits for us now
    EXPECT_GT(safe.size(), plain.size());
    ASSERT_OK(pipeline.put(as_bytes("the end")));
    ASSERT_OK(pipeline.finish());
    EXPECT_TRUE(std::equal(safe.begin(), safe.end(), cipher.begin()));
    auto const opened = age::decrypt(cipher, key, 1 << 20);
    ASSERT_OK(opened);
    EXPECT_EQ(opened->size(), plain.size() + 7);
}

TEST_F(Pipeline, a_disk_that_is_full_ends_it_with_the_disks_own_error) {
    std::mt19937_64 random(9);
    std::uint64_t room = 2'500'000;
    CipherTarget const disk = [&](ByteView bytes) -> Outcome {
        if (bytes.size() > room) return world_error("no space is left").coded("disk-full");
        room -= bytes.size();
        return {};
    };
    auto pipeline = SealPipeline::create(recipients, disk).take();
    auto const piece = noise(1 << 20, random);
    Outcome last = Outcome();
    for (int i = 0; i < 20 && last.ok(); ++i) last = pipeline.put(piece);
    auto const end = pipeline.finish();
    ASSERT_FALSE(end.ok());
    EXPECT_STREQ(end.error().code, "disk-full");
}

TEST_F(Pipeline, dropped_in_the_middle_it_stops_its_worker_and_marks_no_end) {
    std::mt19937_64 random(10);
    {
        auto pipeline = SealPipeline::create(recipients, into).take();
        ASSERT_OK(pipeline.put(noise(2'000'000, random)));
    }
    EXPECT_ERROR_CODE(age::decrypt(cipher, key, 4 << 20), "payload");
}

}  // namespace
}  // namespace exhibit::seal
