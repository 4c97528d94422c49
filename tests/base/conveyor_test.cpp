#include "base/conveyor.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "base/parallel.hpp"
#include "base/random.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

TEST(Conveyor, everything_comes_out_in_order_by_kind) {
    SeededRandom random(7);
    std::string put, taken;
    std::vector<std::pair<unsigned, std::size_t>> put_runs, taken_runs;
    auto const note = [](auto& runs, unsigned kind, std::size_t size) {
        if (size == 0 || runs.empty() || runs.back().first != kind || runs.back().second == 0)
            runs.emplace_back(kind, size);
        else
            runs.back().second += size;
    };
    Conveyor conveyor([&](ByteView piece, unsigned kind) {
        EXPECT_LE(piece.size(), Conveyor::piece_bytes);
        taken += as_text(piece);
        note(taken_runs, kind, piece.size());
    });
    for (int i = 0; i < 200; ++i) {
        auto const draw = random.bytes<4>();
        Bytes piece(static_cast<std::size_t>(draw[0]) * draw[1] * (draw[2] < 8 ? 40U : 1U) + 1);
        random.fill(piece);
        unsigned const kind = draw[3] % 2;
        if (draw[3] > 240) {
            conveyor.mark(9);
            note(put_runs, 9, 0);
        }
        conveyor.put(piece, kind);
        put += as_text(piece);
        note(put_runs, kind, piece.size());
    }
    conveyor.finish();
    EXPECT_TRUE(put == taken);
    EXPECT_EQ(put_runs, taken_runs);
}

TEST(Conveyor, one_buffer_needs_no_thread_and_none_is_left_behind) {
    auto const self = std::this_thread::get_id();
    bool here = false;
    Conveyor small([&](ByteView, unsigned) { here = std::this_thread::get_id() == self; });
    small.put(as_bytes("few"), 0);
    small.finish();
    EXPECT_TRUE(here);
    // Not finished, because what filled it failed: its end waits for nothing.
    Conveyor large([](ByteView, unsigned) {});
    large.put(Bytes(3 << 20, 1), 0);
}

TEST(Parallel, each_index_once_and_the_first_error_wins) {
    std::array<std::atomic<int>, 1000> seen{};
    EXPECT_OK(for_each_index(seen.size(), 4, [&](std::size_t i) -> Outcome {
        ++seen[i];
        return {};
    }));
    for (auto const& one : seen) EXPECT_EQ(one, 1);
    auto const outcome = for_each_index(1000, 4, [&](std::size_t i) -> Outcome {
        if (i >= 10) return bad_input("no").coded("no");
        return {};
    });
    EXPECT_ERROR_CODE(outcome, "no");
    EXPECT_OK(for_each_index(0, 4, [](std::size_t) -> Outcome { return bad_input("never"); }));
}

}  // namespace
}  // namespace exhibit
