// Files that are never half-written, and descriptors that never leak.
//
// replace_file: write aside, fsync, rename, fsync the folder. Who reads sees the old content or the
// new.
#pragma once

#include <filesystem>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit {

using Path = std::filesystem::path;

// Owns a POSIX file descriptor.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            close();
            fd_ = std::exchange(other.fd_, -1);
        }
        return *this;
    }
    ~Descriptor() { close(); }
    int get() const { return fd_; }
    bool is_open() const { return fd_ >= 0; }
    void close();

private:
    int fd_ = -1;
};

// Who may read what is written. Private is 0600.
enum class Access { only_me, everyone };

Result<Descriptor> open_for_reading(Path const& path);
// Fails with code "exists" when the file is there.
Result<Descriptor> create_new_file(Path const& path, Access access = Access::only_me);
Result<Descriptor> open_for_appending(Path const& path, Access access = Access::only_me);

// Reads up to out.size() bytes; fewer only at the end of the file. 0 means end.
Result<std::size_t> read_some(int fd, MutableBytes out, Path const& name);
Outcome write_all(int fd, ByteView bytes, Path const& name);
Outcome sync_file(int fd, Path const& name);
Outcome sync_folder(Path const& folder);
Result<std::uint64_t> file_size(int fd, Path const& name);

// The whole file, or an error when it is larger than limit.
Result<Bytes> read_file(Path const& path, std::size_t limit);
Result<std::string> read_text_file(Path const& path, std::size_t limit);
Outcome replace_file(Path const& path, ByteView content, Access access = Access::only_me);
Outcome replace_file(Path const& path, std::string_view content, Access access = Access::only_me);
// The folder and its parents, readable by the owner only, and on disk when this returns.
Outcome make_folders(Path const& path);
bool is_there(Path const& path);
Outcome remove_file(Path const& path);

// Write-aside for what is streamed: write to the descriptor, then commit(). Not committed, it is
// removed.
class PendingFile {
public:
    static Result<PendingFile> create(Path final_path, Access access = Access::only_me);
    PendingFile(PendingFile&&) noexcept = default;
    PendingFile& operator=(PendingFile&&) = delete;
    ~PendingFile();
    int fd() const { return file_.get(); }
    Path const& aside() const { return aside_; }
    // fsync, rename over final_path, fsync the folder.
    Outcome commit();

private:
    PendingFile(Path final_path, Path aside, Descriptor file)
        : final_path_(std::move(final_path)), aside_(std::move(aside)), file_(std::move(file)) {}
    Path final_path_;
    Path aside_;
    Descriptor file_;
};

// An exclusive advisory lock on a file, held until it ends. Code "busy" when somebody else holds
// it.
class FileLock {
public:
    static Result<FileLock> acquire(Path const& path);

private:
    explicit FileLock(Descriptor file) : file_(std::move(file)) {}
    Descriptor file_;
};

}  // namespace exhibit
