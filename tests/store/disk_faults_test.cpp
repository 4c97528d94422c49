// What happens when the disk says no. fsync and fdatasync of this test program are ours: they
// count, and fail when told to; SQLite calls them too.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "store/blobs_conformance.hpp"
#include "store/rows_conformance.hpp"
#include "support/small_disk.hpp"

namespace {
std::atomic<int> syncs = 0;
std::atomic<int> failing_errno = 0;

int counted(long call, int fd) {
    ++syncs;
    if (int const number = failing_errno) {
        errno = number;
        return -1;
    }
    return static_cast<int>(syscall(call, fd));
}
}  // namespace

extern "C" int fsync(int fd) { return counted(SYS_fsync, fd); }
extern "C" int fdatasync(int fd) { return counted(SYS_fdatasync, fd); }

namespace exhibit::test {
namespace {

struct FailingSync {
    explicit FailingSync(int number) { failing_errno = number; }
    ~FailingSync() { failing_errno = 0; }
};

TEST(DiskFaults, a_commit_returns_after_an_fsync) {
    TemporaryFolder folder;
    auto rows = SqliteRows::open(folder / "rows.db").take();
    for (int i = 0; i < 20; ++i) {
        int const before = syncs;
        ASSERT_OK(rows->commit(batch(put(Table::cases, std::to_string(i), "v"))));
        ASSERT_GT(syncs, before);
    }
}

TEST(DiskFaults, blob_calls_that_promise_durability_call_fsync) {
    TemporaryFolder folder;
    auto blobs = FolderBlobs::open(folder / "blobs").take();
    auto const synced = [](auto const& call) {
        int const before = syncs;
        auto outcome = call();
        return outcome.ok() && syncs > before;
    };
    EXPECT_TRUE(synced([&] { return blobs->create(blob("a")); }));
    ASSERT_OK(blobs->append(blob("a"), 0, as_bytes("abc")));
    EXPECT_TRUE(synced([&] { return blobs->sync(blob("a")); }));
    EXPECT_TRUE(synced([&] { return blobs->truncate(blob("a"), 1); }));
    EXPECT_TRUE(synced([&] { return blobs->finish(blob("a")); }));
    EXPECT_TRUE(synced([&] { return blobs->remove(blob("a")); }));
}

TEST(DiskFaults, a_failed_fsync_fails_the_commit_and_keeps_the_old_state) {
    TemporaryFolder folder;
    auto rows = SqliteRows::open(folder / "rows.db").take();
    ASSERT_OK(rows->commit(batch(put(Table::cases, "a", "old"))));
    {
        FailingSync const broken(EIO);
        EXPECT_ERROR_CODE(rows->commit(batch(put(Table::cases, "a", "new"))), "system");
    }
    EXPECT_EQ(to_string(**rows->get(Table::cases, "a")), "old");
    ASSERT_OK(rows->commit(batch(put(Table::cases, "b", "after"))));
    rows.reset();
    rows = SqliteRows::open(folder / "rows.db").take();
    EXPECT_EQ(to_string(**rows->get(Table::cases, "a")), "old");
    EXPECT_EQ(to_string(**rows->get(Table::cases, "b")), "after");
    ASSERT_OK(rows->check());
}

TEST(DiskFaults, a_failed_fsync_takes_back_what_it_could_not_prove) {
    TemporaryFolder folder;
    auto blobs = FolderBlobs::open(folder / "blobs").take();
    ASSERT_OK(blobs->create(blob("a")));
    ASSERT_OK(blobs->append(blob("a"), 0, as_bytes("abc")));
    ASSERT_OK(blobs->sync(blob("a")));
    ASSERT_OK(blobs->append(blob("a"), 3, as_bytes("lost")));
    {
        FailingSync const broken(ENOSPC);
        EXPECT_ERROR_CODE(blobs->sync(blob("a")), "disk-full");
        EXPECT_FALSE(blobs->finish(blob("a")).ok());
        EXPECT_FALSE(blobs->create(blob("b")).ok());
    }
    EXPECT_EQ(*blobs->size(blob("a")), 3u);
    EXPECT_ERROR_CODE(blobs->info(blob("b")), "not-found");
    ASSERT_OK(blobs->append(blob("a"), 3, as_bytes("def")));
    ASSERT_OK(blobs->finish(blob("a")));
    EXPECT_EQ(to_string(*blobs->read(blob("a"), 0, 9)), "abcdef");
}

TEST(DiskFaults, rows_on_a_full_disk_fail_clearly_and_work_again_with_space) {
    SmallDisk disk("4m");
    NEEDS_MOUNT(disk);
    auto rows = SqliteRows::open(disk.path() / "rows.db").take();
    ASSERT_OK(rows->commit(batch(put(Table::cases, "a", "old"))));
    disk.fill(16384);
    EXPECT_ERROR_CODE(rows->commit(batch(put(Table::cases, "a", "new"),
                                         put(Table::cases, "big", std::string(1 << 20, 'x')))),
                      "disk-full");
    EXPECT_EQ(to_string(**rows->get(Table::cases, "a")), "old");
    // Several at once: each has its own answer, and none that was refused is there.
    std::atomic<int> good = 0, bad = 0;
    for (int i = 0; i < 100; ++i) {
        rows->commit_later(batch(put(Table::uploads, std::to_string(i), std::string(3000, 'y'))),
                           [&](Outcome o) { ++(o.ok() ? good : bad); });
    }
    static_cast<void>(rows->commit({}).ok());
    EXPECT_EQ(good + bad, 100);
    EXPECT_GT(bad, 0);
    EXPECT_EQ(rows->scan(Table::uploads, "", "", 1000)->size(), static_cast<std::size_t>(good));
    disk.make_room();
    ASSERT_OK(rows->commit(batch(put(Table::cases, "a", "new"))));
    rows.reset();
    rows = SqliteRows::open(disk.path() / "rows.db").take();
    EXPECT_EQ(to_string(**rows->get(Table::cases, "a")), "new");
    EXPECT_EQ(rows->scan(Table::uploads, "", "", 1000)->size(), static_cast<std::size_t>(good));
    ASSERT_OK(rows->check());
    std::printf("full disk: %d of 100 batches refused, none half done\n", bad.load());
}

TEST(DiskFaults, blobs_on_a_full_disk_keep_their_size_and_work_again_with_space) {
    SmallDisk disk("4m");
    NEEDS_MOUNT(disk);
    auto blobs = FolderBlobs::open(disk.path() / "blobs").take();
    ASSERT_OK(blobs->create(blob("a")));
    ASSERT_OK(blobs->append(blob("a"), 0, as_bytes("abc")));
    disk.fill(65536);
    Bytes const large(1 << 20, 'x');
    EXPECT_ERROR_CODE(blobs->append(blob("a"), 3, large), "disk-full");
    EXPECT_EQ(*blobs->size(blob("a")), 3u);
    EXPECT_ERROR_CODE(blobs->put(blob("b"), large), "disk-full");
    EXPECT_ERROR_CODE(blobs->info(blob("b")), "not-found");
    disk.make_room();
    ASSERT_OK(blobs->append(blob("a"), 3, large));
    ASSERT_OK(blobs->finish(blob("a")));
    EXPECT_EQ(*blobs->size(blob("a")), 3u + large.size());
}

TEST(DiskFaults, blobs_leave_the_spare_room_to_the_rows) {
    SmallDisk disk("4m");
    NEEDS_MOUNT(disk);
    auto rows = SqliteRows::open(disk.path() / "rows.db").take();
    auto blobs = FolderBlobs::open(disk.path() / "blobs", 1 << 20).take();
    ASSERT_OK(blobs->create(blob("a")));
    Bytes const block(64 << 10, 'x');
    std::uint64_t size = 0;
    while (blobs->append(blob("a"), size, block).ok()) size += block.size();
    EXPECT_ERROR_CODE(blobs->append(blob("a"), size, block), "disk-full");
    EXPECT_EQ(*blobs->size(blob("a")), size);
    EXPECT_GT(size, 1u << 20);
    EXPECT_GE(disk.free_bytes(), 1u << 20);
    for (int i = 0; i < 20; ++i)
        ASSERT_OK(
            rows->commit(batch(put(Table::cases, std::to_string(i), std::string(3000, 'y')))));
    ASSERT_OK(blobs->finish(blob("a")));
}

}  // namespace
}  // namespace exhibit::test
