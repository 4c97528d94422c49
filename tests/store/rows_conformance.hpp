// What every engine of Rows must do. An engine joins with a small harness:
//
//   struct Harness { static constexpr bool durable; Rows& rows(); void reopen(); };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Name, RowsConformance, Harness);
#pragma once

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "store/rows.hpp"
#include "support/shared.hpp"

namespace exhibit::test {

inline Write put(Table table, std::string key, std::string_view value) {
    return {table, std::move(key), to_bytes(value)};
}
inline Write erase(Table table, std::string key) { return {table, std::move(key), std::nullopt}; }

// A batch from a list: Write moves, and initializer lists copy.
template <typename... W>
Batch batch(W... writes) {
    Batch out;
    (out.push_back(std::move(writes)), ...);
    return out;
}

inline std::string keys_of(std::vector<Row> const& rows) {
    std::string out;
    for (auto const& [key, value] : rows) out += (out.empty() ? "" : " ") + key;
    return out;
}

template <typename Harness>
class RowsConformance : public testing::Test {
protected:
    Rows& rows() { return harness.rows(); }
    std::string text(Table table, std::string_view key) {
        auto found = rows().get(table, key);
        if (!found.ok()) return "error: " + found.error().what;
        return *found ? to_string(**found) : "(none)";
    }
    std::string keys(Table table, std::string_view prefix, std::string_view after,
                     std::size_t limit) {
        auto found = rows().scan(table, prefix, after, limit);
        return found.ok() ? keys_of(*found) : "error: " + found.error().what;
    }
    Harness harness;
};

TYPED_TEST_SUITE_P(RowsConformance);

TYPED_TEST_P(RowsConformance, what_was_committed_is_read_back) {
    EXPECT_EQ(this->text(Table::cases, "a"), "(none)");
    ASSERT_OK(
        this->rows().commit(batch(put(Table::cases, "a", "1"), put(Table::settings, "a", "2"))));
    EXPECT_EQ(this->text(Table::cases, "a"), "1");
    EXPECT_EQ(this->text(Table::settings, "a"), "2");
    EXPECT_EQ(this->text(Table::exhibits, "a"), "(none)");
}

TYPED_TEST_P(RowsConformance, an_empty_value_is_not_an_absent_one) {
    ASSERT_OK(this->rows().commit(batch(put(Table::cases, "a", ""))));
    EXPECT_EQ(this->text(Table::cases, "a"), "");
    ASSERT_OK(
        this->rows().commit(batch(erase(Table::cases, "a"), erase(Table::cases, "never there"))));
    EXPECT_EQ(this->text(Table::cases, "a"), "(none)");
}

TYPED_TEST_P(RowsConformance, of_two_writes_to_one_key_the_later_stays) {
    ASSERT_OK(this->rows().commit(batch(put(Table::cases, "a", "1"), put(Table::cases, "a", "2"))));
    EXPECT_EQ(this->text(Table::cases, "a"), "2");
    ASSERT_OK(this->rows().commit(batch(erase(Table::cases, "a"), put(Table::cases, "a", "3"))));
    EXPECT_EQ(this->text(Table::cases, "a"), "3");
}

TYPED_TEST_P(RowsConformance, scans_go_in_byte_order_by_prefix_and_page) {
    ASSERT_OK(this->rows().commit(batch(
        put(Table::uploads, "b/2", ""), put(Table::uploads, "b/1", ""),
        put(Table::uploads, "b", ""), put(Table::uploads, "c", ""), put(Table::uploads, "b/10", ""),
        put(Table::uploads, "b0", ""), put(Table::cases, "b/9", ""))));
    EXPECT_EQ(this->keys(Table::uploads, "", "", 100), "b b/1 b/10 b/2 b0 c");
    EXPECT_EQ(this->keys(Table::uploads, "b/", "", 100), "b/1 b/10 b/2");
    EXPECT_EQ(this->keys(Table::uploads, "b/", "", 2), "b/1 b/10");
    EXPECT_EQ(this->keys(Table::uploads, "b/", "b/10", 2), "b/2");
    EXPECT_EQ(this->keys(Table::uploads, "b/", "a", 1), "b/1");
    EXPECT_EQ(this->keys(Table::uploads, "b/", "z", 1), "");
    EXPECT_EQ(this->keys(Table::uploads, "", "b/2", 1), "b0");
    EXPECT_EQ(this->keys(Table::uploads, "", "", 0), "");
}

TYPED_TEST_P(RowsConformance, keys_and_values_may_hold_any_byte) {
    std::string const zero("\0", 1), high("\xff\xff", 2), middle("a\0b", 3);
    ASSERT_OK(this->rows().commit(
        batch(put(Table::cases, high, high), put(Table::cases, zero, zero),
              put(Table::cases, middle, middle), put(Table::cases, "\xff", ""))));
    EXPECT_EQ(this->text(Table::cases, middle), middle);
    EXPECT_EQ(this->text(Table::cases, zero), zero);
    EXPECT_EQ(this->keys(Table::cases, "", "", 9), zero + " " + middle + " \xff " + high);
    EXPECT_EQ(this->keys(Table::cases, "\xff", "", 9), "\xff " + high);
}

TYPED_TEST_P(RowsConformance, a_batch_outside_the_limits_changes_nothing) {
    EXPECT_ERROR_CODE(
        this->rows().commit(batch(put(Table::cases, "a", "1"), put(Table::cases, "", "1"))), "key");
    EXPECT_ERROR_CODE(
        this->rows().commit(batch(put(Table::cases, "a", "1"),
                                  put(Table::cases, std::string(row_key_bytes_max + 1, 'k'), "1"))),
        "key");
    EXPECT_ERROR_CODE(
        this->rows().commit(batch(put(Table::cases, "a", std::string(batch_bytes_max, 'v')))),
        "too-large");
    EXPECT_EQ(this->text(Table::cases, "a"), "(none)");
    ASSERT_OK(this->rows().commit(
        batch(put(Table::cases, std::string(row_key_bytes_max, '\xff'), "longest"))));
    EXPECT_EQ(this->text(Table::cases, std::string(row_key_bytes_max, '\xff')), "longest");
    auto const all = this->rows().scan(Table::cases, "", "", 9);
    ASSERT_OK(all);
    EXPECT_EQ(all->size(), 1u);
}

TYPED_TEST_P(RowsConformance, done_is_called_once_in_order_and_after_the_commit) {
    constexpr int count = 2000;
    std::vector<int> order;  // written by one thread: the engine's
    std::atomic<int> unseen = 0, called = 0;
    for (int i = 0; i < count; ++i) {
        auto const key = i % 100 == 50 ? std::string() : std::to_string(i);  // some are refused
        this->rows().commit_later(batch(put(Table::envelopes, key, "v")),
                                  [&, i, key](Outcome outcome) {
                                      order.push_back(i);
                                      if (outcome.ok() == key.empty()) ++unseen;
                                      if (!key.empty() && this->text(Table::envelopes, key) != "v")
                                          ++unseen;
                                      ++called;
                                  });
    }
    ASSERT_OK(this->rows().commit({}));  // after everything before it
    EXPECT_EQ(called, count);
    EXPECT_EQ(unseen, 0);
    ASSERT_EQ(order.size(), static_cast<std::size_t>(count));
    EXPECT_TRUE(std::ranges::is_sorted(order));
}

TYPED_TEST_P(RowsConformance, done_may_submit_more) {
    std::atomic<int> steps = 0;
    std::function<void(Outcome)> again = [&](Outcome const& outcome) {
        if (outcome.ok() && ++steps < 50) {
            this->rows().commit_later(batch(put(Table::cases, std::to_string(steps), "v")), again);
        }
    };
    this->rows().commit_later({}, again);
    while (steps < 50) std::this_thread::yield();
    ASSERT_OK(this->rows().commit({}));
    EXPECT_EQ(this->text(Table::cases, "49"), "v");
}

TYPED_TEST_P(RowsConformance, many_threads_lose_nothing) {
    std::vector<std::thread> threads;
    std::atomic<int> failed = 0;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 100; ++i) {
                auto const key = std::to_string(t) + "/" + std::to_string(i);
                if (!this->rows().commit(batch(put(Table::cases, key, key))).ok()) ++failed;
                if (this->text(Table::cases, key) != key) ++failed;  // reads see what was committed
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);
    auto const all = this->rows().scan(Table::cases, "", "", 1000);
    ASSERT_OK(all);
    EXPECT_EQ(all->size(), 400u);
}

// Random operations against the dumb twin; the engine is reopened now and then.
TYPED_TEST_P(RowsConformance, agrees_with_the_twin_under_random_operations) {
    std::mt19937_64 random(20261122);
    auto const below = [&](std::uint64_t n) { return random() % n; };
    auto const key = [&] {
        std::string out;
        for (auto n = 1 + below(4); n > 0; --n) out += "ab/\xff"[below(4)];
        return out;
    };
    MemoryRows twin;
    std::size_t compared = 0;
    for (int round = 0; round < 1500; ++round) {
        Batch ours;
        for (auto n = below(5); n > 0; --n) {
            auto const table = all_tables[below(2)];
            ours.push_back(below(3) == 0 ? erase(table, key())
                                         : put(table, key(), std::string(below(300), 'x')));
        }
        ASSERT_OK(twin.commit(ours));
        ASSERT_OK(this->rows().commit(ours));
        if (TypeParam::durable && below(100) == 0) this->harness.reopen();
        auto const prefix = below(2) == 0 ? key().substr(0, below(3)) : std::string();
        auto const after = below(2) == 0 ? key() : std::string();
        auto const limit = below(20);
        auto const table = all_tables[below(2)];
        auto const here = this->rows().scan(table, prefix, after, limit);
        ASSERT_OK(here);
        ASSERT_EQ(*here, *twin.scan(table, prefix, after, limit)) << "round " << round;
        auto const one = key();
        ASSERT_EQ(*this->rows().get(table, one), *twin.get(table, one)) << "round " << round;
        ++compared;
    }
    ASSERT_OK(this->rows().check());
    std::printf("rows: %zu random rounds agree with the twin\n", compared);
}

TYPED_TEST_P(RowsConformance, a_reopened_engine_has_what_was_committed) {
    if (!TypeParam::durable) return;  // the twin keeps nothing, and says so
    ASSERT_OK(this->rows().commit(batch(put(Table::cases, "a", "1"))));
    bool queued_is_written = false;
    this->rows().commit_later(batch(put(Table::cases, "b", "2")),
                              [&](Outcome o) { queued_is_written = o.ok(); });
    this->harness.reopen();
    EXPECT_TRUE(queued_is_written);
    EXPECT_EQ(this->text(Table::cases, "a"), "1");
    EXPECT_EQ(this->text(Table::cases, "b"), "2");
    ASSERT_OK(this->rows().check());
}

REGISTER_TYPED_TEST_SUITE_P(RowsConformance, what_was_committed_is_read_back,
                            an_empty_value_is_not_an_absent_one,
                            of_two_writes_to_one_key_the_later_stays,
                            scans_go_in_byte_order_by_prefix_and_page,
                            keys_and_values_may_hold_any_byte,
                            a_batch_outside_the_limits_changes_nothing,
                            done_is_called_once_in_order_and_after_the_commit, done_may_submit_more,
                            many_threads_lose_nothing, agrees_with_the_twin_under_random_operations,
                            a_reopened_engine_has_what_was_committed);

}  // namespace exhibit::test
