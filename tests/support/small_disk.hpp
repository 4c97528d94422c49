// A small disk of its own, to be filled. Needs the right to mount.
#pragma once

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "support/shared.hpp"

namespace exhibit::test {

class SmallDisk {
public:
    // "4m", as tmpfs takes it.
    explicit SmallDisk(std::string const& size)
        : mounted_(mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, ("size=" + size).c_str()) ==
                   0) {}
    ~SmallDisk() {
        if (mounted_) umount2(folder_.path().c_str(), MNT_DETACH);
    }
    bool mounted() const { return mounted_; }
    Path const& path() const { return folder_.path(); }
    // Takes all the space but `left` bytes.
    void fill(std::size_t left) {
        Descriptor file(::open((path() / "ballast").c_str(), O_CREAT | O_WRONLY, 0600));
        Bytes const block(4096, 'b');
        std::size_t written = 0;
        while (::write(file.get(), block.data(), block.size()) == 4096) written += 4096;
        ASSERT_EQ(ftruncate(file.get(), static_cast<off_t>(written - std::min(written, left))), 0);
    }
    void make_room() { std::filesystem::remove(path() / "ballast"); }
    void grow_to(std::string const& size) {
        ASSERT_EQ(mount("tmpfs", path().c_str(), "tmpfs", MS_REMOUNT, ("size=" + size).c_str()), 0);
    }
    std::uint64_t free_bytes() const { return std::filesystem::space(path()).available; }

private:
    TemporaryFolder folder_;
    bool mounted_;
};

}  // namespace exhibit::test

#define NEEDS_MOUNT(disk) \
    if (!(disk).mounted()) GTEST_SKIP() << "NOT RUN: mounting a small disk is not allowed here"
