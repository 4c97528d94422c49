#include "base/files.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "support/shared.hpp"

namespace exhibit::test {
namespace {

std::size_t count_files(Path const& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

unsigned mode_of(Path const& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 ? info.st_mode & 0777u : 0;
}

TEST(Files, replacing_is_all_or_nothing_and_private) {
    TemporaryFolder folder;
    ASSERT_OK(replace_file(folder / "a", std::string_view("old")));
    ASSERT_OK(replace_file(folder / "a", std::string_view("new")));
    EXPECT_EQ(*read_text_file(folder / "a", 3), "new");
    EXPECT_EQ(mode_of(folder / "a"), 0600u);
    EXPECT_EQ(count_files(folder.path()), 1u);
}

// A child with a limit on the size of files: its write fails half way, as on a full disk.
TEST(Files, a_replacement_that_fails_leaves_the_old_file_and_nothing_else) {
    TemporaryFolder folder;
    ASSERT_OK(replace_file(folder / "a", std::string_view("old")));
    pid_t const child = fork();
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit const small{100'000, 100'000};
        setrlimit(RLIMIT_FSIZE, &small);
        _exit(replace_file(folder / "a", Bytes(1'000'000)).ok() ? 1 : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT_EQ(*read_text_file(folder / "a", 3), "old");
    EXPECT_EQ(count_files(folder.path()), 1u);
}

TEST(Files, a_replacement_that_cannot_be_put_in_place_is_removed) {
    TemporaryFolder folder;
    ASSERT_OK(make_folders(folder / "a" / "not empty"));
    EXPECT_FALSE(replace_file(folder / "a", std::string_view("new")).ok());
    EXPECT_EQ(count_files(folder.path()), 1u);
    EXPECT_ERROR_CODE(replace_file(folder / "none" / "a", std::string_view("new")), "not-found");
}

TEST(Files, a_pending_file_that_is_not_committed_is_removed) {
    TemporaryFolder folder;
    {
        auto pending = PendingFile::create(folder / "a").take();
        ASSERT_OK(write_all(pending.fd(), as_bytes("half"), "a"));
        auto moved = std::move(pending);
        EXPECT_TRUE(is_there(moved.aside()));
        EXPECT_FALSE(is_there(folder / "a"));
    }
    EXPECT_EQ(count_files(folder.path()), 0u);
}

TEST(Files, a_pending_file_that_is_committed_stays) {
    TemporaryFolder folder;
    {
        auto pending = PendingFile::create(folder / "a").take();
        ASSERT_OK(write_all(pending.fd(), as_bytes("whole"), "a"));
        ASSERT_OK(pending.commit());
    }
    EXPECT_EQ(*read_text_file(folder / "a", 100), "whole");
    EXPECT_EQ(count_files(folder.path()), 1u);
}

TEST(Files, reading_is_bounded) {
    TemporaryFolder folder;
    ASSERT_OK(replace_file(folder / "a", Bytes(65536)));
    EXPECT_EQ(read_file(folder / "a", 65536)->size(), 65536u);
    EXPECT_ERROR_CODE(read_file(folder / "a", 65535), "too-large");
    EXPECT_ERROR_CODE(read_file("/dev/zero", 1 << 20), "too-large");
    EXPECT_ERROR_CODE(read_file(folder / "none", 1), "not-found");
    EXPECT_FALSE(read_file(folder.path(), 1).ok());
}

TEST(Files, a_new_file_never_replaces_an_old_one) {
    TemporaryFolder folder;
    ASSERT_OK(create_new_file(folder / "a"));
    EXPECT_ERROR_CODE(create_new_file(folder / "a"), "exists");
}

TEST(Files, folders_are_made_for_the_owner_only) {
    TemporaryFolder folder;
    ASSERT_OK(make_folders(folder / "a" / "b" / "c"));
    ASSERT_OK(make_folders(folder / "a" / "b" / "c"));
    EXPECT_EQ(mode_of(folder / "a" / "b"), 0700u);
    ASSERT_OK(replace_file(folder / "file", std::string_view("")));
    EXPECT_FALSE(make_folders(folder / "file" / "below").ok());
    EXPECT_FALSE(make_folders(folder / "file").ok());
    EXPECT_OK(remove_file(folder / "file"));
    EXPECT_OK(remove_file(folder / "file"));
}

TEST(Files, a_full_device_is_called_a_full_disk) {
    if (!is_there("/dev/full")) GTEST_SKIP() << "NOT RUN: /dev/full is missing";
    auto full = open_for_appending("/dev/full").take();
    EXPECT_ERROR_CODE(write_all(full.get(), as_bytes("x"), "/dev/full"), "disk-full");
}

TEST(FileLock, is_held_by_one_until_it_ends) {
    TemporaryFolder folder;
    {
        auto const lock = FileLock::acquire(folder / "lock").take();
        EXPECT_ERROR_CODE(FileLock::acquire(folder / "lock"), "busy");
    }
    EXPECT_OK(FileLock::acquire(folder / "lock"));
}

}  // namespace
}  // namespace exhibit::test
