// What every engine of Blobs must do. An engine joins with a small harness:
//
//   struct Harness { Blobs& blobs(); void reopen(); };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Name, BlobsConformance, Harness);
#pragma once

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "store/blobs.hpp"
#include "support/shared.hpp"

namespace exhibit::test {

inline BlobName blob(std::string_view text) { return BlobName::parse(text).take(); }

template <typename Harness>
class BlobsConformance : public testing::Test {
protected:
    Blobs& blobs() { return harness.blobs(); }
    std::string text(std::string_view name) {
        auto found = blobs().read(blob(name), 0, 1000);
        return found.ok() ? to_string(*found) : std::string("(") + found.error().code + ")";
    }
    std::string names(std::string_view prefix) {
        auto found = blobs().list(prefix);
        if (!found.ok()) return "error: " + found.error().what;
        std::string out;
        for (auto const& b : *found) {
            out += (out.empty() ? "" : " ") + b.name.text() + ":" + std::to_string(b.size_bytes) +
                   (b.finished ? "" : "*");
        }
        return out;
    }
    Harness harness;
};

TYPED_TEST_SUITE_P(BlobsConformance);

TYPED_TEST_P(BlobsConformance, grows_at_its_end_only) {
    ASSERT_OK(this->blobs().create(blob("case1/0001.age")));
    EXPECT_ERROR_CODE(this->blobs().create(blob("case1/0001.age")), "exists");
    ASSERT_OK(this->blobs().append(blob("case1/0001.age"), 0, as_bytes("abc")));
    EXPECT_ERROR_CODE(this->blobs().append(blob("case1/0001.age"), 2, as_bytes("X")), "offset");
    EXPECT_ERROR_CODE(this->blobs().append(blob("case1/0001.age"), 4, as_bytes("X")), "offset");
    EXPECT_ERROR_CODE(this->blobs().append(blob("case1/0001.age"), UINT64_MAX, as_bytes("X")),
                      "offset");
    ASSERT_OK(this->blobs().append(blob("case1/0001.age"), 3, as_bytes("def")));
    ASSERT_OK(this->blobs().sync(blob("case1/0001.age")));
    EXPECT_EQ(this->text("case1/0001.age"), "abcdef");
    EXPECT_EQ(*this->blobs().size(blob("case1/0001.age")), 6u);
}

TYPED_TEST_P(BlobsConformance, what_is_not_there_is_said_to_be_not_there) {
    auto const name = blob("case1/none");
    EXPECT_ERROR_CODE(this->blobs().append(name, 0, as_bytes("X")), "not-found");
    EXPECT_ERROR_CODE(this->blobs().info(name), "not-found");
    EXPECT_ERROR_CODE(this->blobs().read(name, 0, 1), "not-found");
    EXPECT_ERROR_CODE(this->blobs().sync(name), "not-found");
    EXPECT_ERROR_CODE(this->blobs().finish(name), "not-found");
    EXPECT_ERROR_CODE(this->blobs().truncate(name, 0), "not-found");
    EXPECT_ERROR_CODE(this->blobs().local_path(name), "not-found");
    EXPECT_OK(this->blobs().remove(name));
}

TYPED_TEST_P(BlobsConformance, a_finished_blob_never_changes) {
    auto const name = blob("case1/a");
    ASSERT_OK(this->blobs().put(name, as_bytes("abc")));
    for (int i = 0; i < 2; ++i) {
        EXPECT_TRUE(this->blobs().info(name)->finished);
        EXPECT_ERROR_CODE(this->blobs().append(name, 3, as_bytes("X")), "finished");
        EXPECT_ERROR_CODE(this->blobs().truncate(name, 0), "finished");
        EXPECT_ERROR_CODE(this->blobs().create(name), "exists");
        EXPECT_ERROR_CODE(this->blobs().put(name, as_bytes("other")), "exists");
        EXPECT_OK(this->blobs().finish(name));
        EXPECT_OK(this->blobs().sync(name));
        EXPECT_EQ(this->text("case1/a"), "abc");
        this->harness.reopen();
    }
    ASSERT_OK(this->blobs().remove(name));
    EXPECT_EQ(this->text("case1/a"), "(not-found)");
    EXPECT_OK(this->blobs().put(name, as_bytes("new")));
}

TYPED_TEST_P(BlobsConformance, truncating_goes_backwards_only) {
    auto const name = blob("a");
    ASSERT_OK(this->blobs().create(name));
    ASSERT_OK(this->blobs().append(name, 0, as_bytes("abcdef")));
    EXPECT_ERROR_CODE(this->blobs().truncate(name, 7), "offset");
    ASSERT_OK(this->blobs().truncate(name, 2));
    ASSERT_OK(this->blobs().append(name, 2, as_bytes("X")));
    EXPECT_EQ(this->text("a"), "abX");
}

TYPED_TEST_P(BlobsConformance, an_interrupted_put_may_be_repeated) {
    ASSERT_OK(this->blobs().create(blob("a")));
    ASSERT_OK(this->blobs().append(blob("a"), 0, as_bytes("half")));
    this->harness.reopen();
    ASSERT_OK(this->blobs().put(blob("a"), as_bytes("whole")));
    EXPECT_EQ(this->text("a"), "whole");
}

TYPED_TEST_P(BlobsConformance, reads_are_bounded_by_what_is_there) {
    ASSERT_OK(this->blobs().put(blob("a"), as_bytes("abcdef")));
    EXPECT_EQ(to_string(*this->blobs().read(blob("a"), 2, 3)), "cde");
    EXPECT_EQ(to_string(*this->blobs().read(blob("a"), 4, SIZE_MAX)), "ef");
    EXPECT_TRUE(this->blobs().read(blob("a"), 6, 1)->empty());
    EXPECT_TRUE(this->blobs().read(blob("a"), UINT64_MAX, SIZE_MAX)->empty());
}

TYPED_TEST_P(BlobsConformance, lists_by_prefix_and_counts_bytes) {
    ASSERT_OK(this->blobs().put(blob("case1/b"), as_bytes("12")));
    ASSERT_OK(this->blobs().put(blob("case1/a"), as_bytes("1")));
    ASSERT_OK(this->blobs().create(blob("case1/deep/er")));
    ASSERT_OK(this->blobs().append(blob("case1/deep/er"), 0, as_bytes("1234")));
    ASSERT_OK(this->blobs().put(blob("case10/a"), as_bytes("12345678")));
    ASSERT_OK(
        this->blobs().put(blob("case1"), as_bytes("")));  // a name may be the beginning of another
    EXPECT_EQ(this->names("case1/"), "case1/a:1 case1/b:2 case1/deep/er:4*");
    EXPECT_EQ(this->names("case1/d"), "case1/deep/er:4*");
    EXPECT_EQ(this->names("case1"), "case1:0 case1/a:1 case1/b:2 case1/deep/er:4* case10/a:8");
    EXPECT_EQ(this->names("none/"), "");
    EXPECT_EQ(*this->blobs().bytes_under("case1/"), 7u);
    EXPECT_EQ(*this->blobs().bytes_under(""), 15u);
}

TYPED_TEST_P(BlobsConformance, more_blobs_grow_at_once_than_descriptors_are_kept) {
    constexpr int count = 200;
    for (int i = 0; i < count; ++i) ASSERT_OK(this->blobs().create(blob("c/" + std::to_string(i))));
    for (std::uint64_t at = 0; at < 3; ++at) {
        for (int i = 0; i < count; ++i)
            ASSERT_OK(this->blobs().append(blob("c/" + std::to_string(i)), at, as_bytes("x")));
    }
    for (int i = 0; i < count; ++i) ASSERT_OK(this->blobs().finish(blob("c/" + std::to_string(i))));
    EXPECT_EQ(*this->blobs().bytes_under("c/"), 3u * count);
}

TYPED_TEST_P(BlobsConformance, of_threads_that_append_at_one_offset_one_wins) {
    ASSERT_OK(this->blobs().create(blob("a")));
    std::atomic<int> won = 0, lists_short = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (std::uint64_t at = 0; at < 200; ++at) {
                if (this->blobs().append(blob("a"), at, as_bytes("x")).ok()) ++won;
                auto const all = this->blobs().list("a");
                if (!all.ok() || all->size() != 1) ++lists_short;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(static_cast<std::uint64_t>(won), *this->blobs().size(blob("a")));
    EXPECT_EQ(won, 200);
    EXPECT_EQ(lists_short, 0);
}

// Random operations against a map; the engine is reopened now and then.
TYPED_TEST_P(BlobsConformance, agrees_with_a_map_under_random_operations) {
    struct Known {
        std::string content;
        bool finished;
    };
    std::map<std::string, Known> model;
    std::mt19937_64 random(20261122);
    auto const below = [&](std::uint64_t n) { return random() % n; };
    for (int round = 0; round < 1500; ++round) {
        auto const text = "c" + std::to_string(below(2)) + "/" + std::to_string(below(4));
        auto const name = blob(text);
        auto const at = model.find(text);
        bool const there = at != model.end();
        bool const open = there && !at->second.finished;
        switch (below(8)) {
            case 0:
                ASSERT_EQ(this->blobs().create(name).ok(), !there);
                if (!there) model[text] = {"", false};
                break;
            case 1:
            case 2:
            case 3: {
                std::string const more(below(5000), static_cast<char>('a' + below(26)));
                auto const offset =
                    (there ? at->second.content.size() : 0) + (below(10) == 0 ? 1 : 0);
                bool const fits = open && offset == at->second.content.size();
                ASSERT_EQ(this->blobs().append(name, offset, as_bytes(more)).ok(), fits);
                if (fits) at->second.content += more;
                break;
            }
            case 4: ASSERT_EQ(this->blobs().sync(name).ok(), there); break;
            case 5: {
                auto const size = there ? below(at->second.content.size() + 2) : 0;
                bool const fits = open && size <= at->second.content.size();
                ASSERT_EQ(this->blobs().truncate(name, size).ok(), fits);
                if (fits) at->second.content.resize(size);
                break;
            }
            case 6:
                if (below(4) != 0) break;
                ASSERT_EQ(this->blobs().finish(name).ok(), there);
                if (there) at->second.finished = true;
                break;
            case 7:
                if (below(3) != 0) break;
                ASSERT_OK(this->blobs().remove(name));
                model.erase(text);
                break;
        }
        if (below(100) == 0) this->harness.reopen();
        std::string expected;
        for (auto const& [key, known] : model) {
            expected += (expected.empty() ? "" : " ") + key + ":" +
                        std::to_string(known.content.size()) + (known.finished ? "" : "*");
        }
        if (round % 10 == 0) { ASSERT_EQ(this->names(""), expected) << "round " << round; }
        if (model.contains(text)) {
            auto const from = below(6000);
            auto const got = this->blobs().read(name, from, 3000);
            ASSERT_OK(got);
            auto const& content = model[text].content;
            ASSERT_EQ(to_string(*got), from < content.size() ? content.substr(from, 3000) : "")
                << "round " << round;
        }
    }
}

REGISTER_TYPED_TEST_SUITE_P(BlobsConformance, grows_at_its_end_only,
                            what_is_not_there_is_said_to_be_not_there,
                            a_finished_blob_never_changes, truncating_goes_backwards_only,
                            an_interrupted_put_may_be_repeated, reads_are_bounded_by_what_is_there,
                            lists_by_prefix_and_counts_bytes,
                            more_blobs_grow_at_once_than_descriptors_are_kept,
                            of_threads_that_append_at_one_offset_one_wins,
                            agrees_with_a_map_under_random_operations);

}  // namespace exhibit::test
