// kill -9 at random moments: what was acknowledged is there afterwards, whole.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "store/blobs_conformance.hpp"
#include "store/rows_conformance.hpp"

namespace exhibit::test {
namespace {

constexpr int rounds = 60;

// The child writes one number per acknowledgement; a write of 8 bytes to a pipe is never torn.
void acknowledge(int pipe, std::uint64_t number) {
    if (write(pipe, &number, sizeof number) != static_cast<ssize_t>(sizeof number)) _exit(3);
}

// Runs `work` in a child, kills it some time after its first acknowledgement, returns what it said.
template <typename Work>
std::vector<std::uint64_t> run_and_kill(std::mt19937_64& random, Work const& work) {
    int ends[2];
    VERIFY(pipe(ends) == 0);
    std::fflush(nullptr);
    pid_t const child = fork();
    if (child == 0) {
        close(ends[0]);
        work(ends[1]);
        _exit(0);
    }
    close(ends[1]);
    std::vector<std::uint64_t> said;
    std::uint64_t number = 0;
    if (read(ends[0], &number, sizeof number) == static_cast<ssize_t>(sizeof number))
        said.push_back(number);
    usleep(static_cast<useconds_t>(random() % 15'000));
    kill(child, SIGKILL);
    while (read(ends[0], &number, sizeof number) == static_cast<ssize_t>(sizeof number))
        said.push_back(number);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with status " << status;
    return said;
}

void commit_until_killed(Path const& file, std::uint64_t first, int pipe) {
    auto opened = SqliteRows::open(file);
    if (!opened.ok()) _exit(4);
    for (auto i = first;; ++i) {
        auto const key = std::to_string(i);
        (*opened)->commit_later(
            batch(put(Table::cases, key, key), put(Table::uploads, key, std::string(i % 500, 'u')),
                  put(Table::settings, "last", key)),
            [pipe, i](Outcome outcome) {
                if (!outcome.ok()) _exit(5);
                acknowledge(pipe, i);
            });
    }
}

TEST(KillNine, every_acknowledged_commit_is_there_whole) {
    TemporaryFolder folder;
    std::mt19937_64 random(std::random_device{}());
    std::size_t acknowledged = 0;
    for (int round = 0; round < rounds; ++round) {
        auto const first =
            static_cast<std::uint64_t>(round) * 10'000'000 + 200'000'000;  // as many digits each
        auto const said = run_and_kill(
            random, [&](int pipe) { commit_until_killed(folder / "rows.db", first, pipe); });
        ASSERT_FALSE(said.empty());
        acknowledged += said.size();
        auto rows = SqliteRows::open(folder / "rows.db").take();
        ASSERT_OK(rows->check());
        for (auto i : said) {
            auto const key = std::to_string(i);
            auto const found = rows->get(Table::cases, key);
            ASSERT_TRUE(found.ok() && *found && to_string(**found) == key) << "lost: " << key;
        }
        // Whole batches only, in order, without a gap: cases and uploads hold the same keys.
        auto const cases =
            rows->scan(Table::cases, "", std::to_string(first - 1), 10'000'000).take();
        auto const uploads =
            rows->scan(Table::uploads, "", std::to_string(first - 1), 10'000'000).take();
        ASSERT_EQ(cases.size(), uploads.size());
        for (std::size_t i = 0; i < cases.size(); ++i) {
            ASSERT_EQ(cases[i].first, std::to_string(first + i));
            ASSERT_EQ(uploads[i].first, cases[i].first);
        }
        ASSERT_EQ(to_string(**rows->get(Table::settings, "last")), cases.back().first);
    }
    std::printf("kill -9: %d kills, %zu acknowledged commits, none lost\n", rounds, acknowledged);
}

Byte expected_at(std::uint64_t offset) {
    return static_cast<Byte>(1 + (offset * 2654435761u >> 7) % 255);
}

void append_until_killed(Path const& root, BlobName const& name, int pipe) {
    auto opened = FolderBlobs::open(root);
    if (!opened.ok()) _exit(4);
    auto& blobs = **opened;
    std::mt19937_64 random(static_cast<std::uint64_t>(getpid()));
    auto const start = blobs.size(name);
    if (!start.ok() && !blobs.create(name).ok()) _exit(5);
    std::uint64_t size = start.ok() ? *start : 0;
    for (;;) {
        for (int pieces = 0; pieces < 3; ++pieces) {
            Bytes piece(random() % 20'000);
            for (std::size_t i = 0; i < piece.size(); ++i) piece[i] = expected_at(size + i);
            if (!blobs.append(name, size, piece).ok()) _exit(6);
            size += piece.size();
        }
        if (!blobs.sync(name).ok()) _exit(7);
        acknowledge(pipe, size);
    }
}

TEST(KillNine, every_synced_byte_of_a_blob_is_there_without_a_hole) {
    TemporaryFolder folder;
    std::mt19937_64 random(std::random_device{}());
    std::uint64_t kept = 0;
    for (int round = 0; round < rounds; ++round) {
        auto const name = blob("case/" + std::to_string(round / 3));  // three lives per blob
        auto const said = run_and_kill(
            random, [&](int pipe) { append_until_killed(folder / "blobs", name, pipe); });
        ASSERT_FALSE(said.empty());
        auto blobs = FolderBlobs::open(folder / "blobs").take();
        auto const size = *blobs->size(name);
        ASSERT_GE(size, said.back());
        for (std::uint64_t at = 0; at < size;) {
            auto const piece = blobs->read(name, at, 1 << 20).take();
            ASSERT_FALSE(piece.empty());
            for (std::size_t i = 0; i < piece.size(); ++i) ASSERT_EQ(piece[i], expected_at(at + i));
            at += piece.size();
        }
        kept += said.back();
        if (round % 3 == 2) ASSERT_OK(blobs->finish(name));
    }
    std::printf("kill -9: %d kills, %llu acknowledged bytes, none lost\n", rounds,
                static_cast<unsigned long long>(kept));
}

}  // namespace
}  // namespace exhibit::test
