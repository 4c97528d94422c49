#include "store/entry_log.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "crypto/hash.hpp"
#include "formats/tlog/tlog.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

Digest256 entry_of(std::size_t i) { return sha256("entry " + std::to_string(i)); }

TEST(EntryLog, keeps_what_it_took_and_proves_it_after_opening_again) {
    test::TemporaryFolder const folder;
    auto const file = folder / "log/entries";
    tlog::Frontier expected;
    std::vector<tlog::Hash> roots;
    LogState state;
    {
        auto log = EntryLog::open(file).take();
        EXPECT_EQ(log->state().root, tlog::empty_root());
        std::vector<Digest256> many;
        for (std::size_t i = 0; i < 700; ++i) many.push_back(entry_of(i));
        EXPECT_EQ(log->append_all(many).take(), 0u);
        EXPECT_EQ(log->append(entry_of(700)).take(), 700u);
        state = log->state();
    }
    for (std::size_t i = 0; i <= 700; ++i) {
        expected.append(tlog::leaf_hash(entry_of(i)));
        roots.push_back(expected.root());
    }
    EXPECT_EQ(state.root, expected.root());
    auto const log = EntryLog::open(file, state);
    ASSERT_OK(log);
    for (std::uint64_t size : {1, 2, 255, 256, 257, 512, 700, 701}) {
        EXPECT_EQ((*log)->root_at(size).take(), roots[size - 1]);
        for (std::uint64_t index : {std::uint64_t{0}, size / 2, size - 1}) {
            auto const path = (*log)->inclusion(index, size);
            ASSERT_OK(path);
            EXPECT_OK(tlog::verify_inclusion(tlog::leaf_hash(entry_of(index)), index, size, *path,
                                             roots[size - 1]));
        }
        auto const path = (*log)->consistency(size, 701);
        ASSERT_OK(path);
        EXPECT_OK(tlog::verify_consistency(size, roots[size - 1], 701, roots[700], *path));
    }
    EXPECT_EQ((*log)->entry(5).take(), entry_of(5));
    EXPECT_ERROR_CODE((*log)->entry(701), "not-found");
    EXPECT_ERROR_CODE((*log)->inclusion(0, 702), "not-found");
}

TEST(EntryLog, whoever_has_the_tiles_can_prove_everything_alone) {
    test::TemporaryFolder const folder;
    auto const log = EntryLog::open(folder / "entries").take();
    std::vector<Digest256> many;
    for (std::size_t i = 0; i < 66'000; ++i) many.push_back(entry_of(i));
    ASSERT_OK(log->append_all(many));
    auto const state = log->state();
    auto const source =
        tlog::tiles_as_hashes(state.size, [&](tlog::Tile const& tile) { return log->tile(tile); });
    EXPECT_EQ(tlog::tree_root(state.size, source).take(), state.root);
    EXPECT_EQ(tlog::inclusion_path(65'537, state.size, source).take(),
              log->inclusion(65'537, state.size).take());
    auto const bundle = log->tile({std::nullopt, 257, 208});
    ASSERT_OK(bundle);
    EXPECT_TRUE(same_bytes(tlog::parse_bundle(*bundle, 208)->front(), entry_of(257 * 256)));
    EXPECT_ERROR_CODE(log->tile({std::nullopt, 257, 209}), "not-found");
    EXPECT_ERROR_CODE(log->tile({3, 0, 1}), "not-found");
}

TEST(EntryLog, a_torn_last_entry_is_cut_off_and_a_roll_back_is_refused) {
    test::TemporaryFolder const folder;
    auto const file = folder / "entries";
    LogState state;
    {
        auto log = EntryLog::open(file).take();
        for (std::size_t i = 0; i < 10; ++i) ASSERT_OK(log->append(entry_of(i)));
        state = log->state();
        EXPECT_ERROR_CODE(EntryLog::open(file), "busy");
    }
    std::filesystem::resize_file(file, 10 * 32 + 7);
    EXPECT_EQ((*EntryLog::open(file, state))->state().size, 10u);
    std::filesystem::resize_file(file, 9 * 32);
    EXPECT_ERROR_CODE(EntryLog::open(file, state), "rolled-back");
    {
        auto log = EntryLog::open(file).take();
        ASSERT_OK(log->append(entry_of(77)));  // another history of the same length
    }
    EXPECT_ERROR_CODE(EntryLog::open(file, state), "rolled-back");
}

TEST(EntryLog, many_threads_get_distinct_places_and_share_the_writes) {
    test::TemporaryFolder const folder;
    auto const log = EntryLog::open(folder / "entries").take();
    constexpr std::size_t threads = 16, each = 200;
    std::vector<std::thread> all;
    std::atomic<int> wrong = 0;
    auto const start = std::chrono::steady_clock::now();
    for (std::size_t t = 0; t < threads; ++t) {
        all.emplace_back([&, t] {
            for (std::size_t i = 0; i < each; ++i) {
                auto const entry = entry_of(t * each + i);
                auto const index = log->append(entry);
                wrong += !index.ok() || log->entry(*index).take() != entry;
            }
        });
    }
    for (auto& thread : all) thread.join();
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(log->state().size, threads * each);
    std::printf("custody log: %.0f durable entries a second (16 threads, one entry each)\n",
                threads * each / took.count());
}

}  // namespace
}  // namespace exhibit
