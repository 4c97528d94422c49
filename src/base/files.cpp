#include "base/files.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace exhibit {
namespace {

mode_t mode_of(Access access) { return access == Access::only_me ? 0600 : 0644; }

Result<Descriptor> open_file(Path const& path, int flags, mode_t mode, char const* what) {
    int const fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd < 0) return system_error(what, path.string());
    return Descriptor(fd);
}

Path folder_of(Path const& path) {
    auto folder = path.parent_path();
    return folder.empty() ? Path(".") : folder;
}

}  // namespace

void Descriptor::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

Result<Descriptor> open_for_reading(Path const& path) {
    return open_file(path, O_RDONLY, 0, "cannot be opened");
}

Result<Descriptor> create_new_file(Path const& path, Access access) {
    return open_file(path, O_RDWR | O_CREAT | O_EXCL, mode_of(access), "cannot be created");
}

Result<Descriptor> open_for_appending(Path const& path, Access access) {
    return open_file(path, O_RDWR | O_CREAT | O_APPEND, mode_of(access),
                     "cannot be opened for writing");
}

Result<std::size_t> read_some(int fd, MutableBytes out, Path const& name) {
    std::size_t got = 0;
    while (got < out.size()) {
        auto const n = ::read(fd, out.data() + got, out.size() - got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error("cannot be read", name.string());
        if (n == 0) break;
        got += static_cast<std::size_t>(n);
    }
    return got;
}

Outcome write_all(int fd, ByteView bytes, Path const& name) {
    while (!bytes.empty()) {
        auto const n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error("cannot be written", name.string());
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return {};
}

Outcome sync_file(int fd, Path const& name) {
    if (::fsync(fd) != 0) return system_error("cannot be made durable", name.string());
    return {};
}

Outcome sync_folder(Path const& folder) {
    auto handle = TRY(open_file(folder, O_RDONLY | O_DIRECTORY, 0, "cannot be opened"));
    return sync_file(handle.get(), folder);
}

Result<std::uint64_t> file_size(int fd, Path const& name) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return system_error("cannot be measured", name.string());
    return static_cast<std::uint64_t>(info.st_size);
}

Result<Bytes> read_file(Path const& path, std::size_t limit) {
    auto file = TRY(open_for_reading(path));
    Bytes out;
    // Keys and shares are read this way, too.
    struct Chunk {
        ByteArray<65536> bytes;
        ~Chunk() { sodium_memzero(bytes.data(), bytes.size()); }
    } whole;
    auto& chunk = whole.bytes;
    for (;;) {
        auto const n = TRY(read_some(file.get(), chunk, path));
        if (out.size() + n > limit) {
            return bad_input("is larger than " + std::to_string(limit) + " bytes")
                .at(path.string())
                .coded("too-large");
        }
        append(out, ByteView(chunk).first(n));
        if (n < chunk.size()) return out;
    }
}

Result<std::string> read_text_file(Path const& path, std::size_t limit) {
    auto bytes = TRY(read_file(path, limit));
    return to_string(bytes);
}

Outcome replace_file(Path const& path, ByteView content, Access access) {
    auto pending = TRY(PendingFile::create(path, access));
    TRY(write_all(pending.fd(), content, path));
    return pending.commit();
}

Outcome replace_file(Path const& path, std::string_view content, Access access) {
    return replace_file(path, as_bytes(content), access);
}

Outcome make_folders(Path const& path) {
    if (path.empty()) return {};
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0) {
        if (S_ISDIR(info.st_mode)) return {};
        errno = ENOTDIR;
        return system_error("cannot be a folder", path.string());
    }
    TRY(make_folders(path.parent_path()));
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
        return system_error("cannot be created", path.string());
    }
    return sync_folder(folder_of(path));
}

bool is_there(Path const& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0;
}

Outcome remove_file(Path const& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return system_error("cannot be removed", path.string());
    return {};
}

Result<PendingFile> PendingFile::create(Path final_path, Access access) {
    auto const tag = to_hex(SystemRandom().bytes<6>());
    auto aside = folder_of(final_path) /
                 ("." + final_path.filename().string().substr(0, 200) + "." + tag + ".part");
    auto file = TRY(create_new_file(aside, access));
    return PendingFile(std::move(final_path), std::move(aside), std::move(file));
}

PendingFile::~PendingFile() {
    if (file_.is_open()) ::unlink(aside_.c_str());
}

Outcome PendingFile::commit() {
    TRY(sync_file(file_.get(), final_path_));
    if (::rename(aside_.c_str(), final_path_.c_str()) != 0) {
        return system_error("cannot be put in place", final_path_.string());
    }
    file_.close();
    return sync_folder(folder_of(final_path_));
}

Result<FileLock> FileLock::acquire(Path const& path) {
    auto file = TRY(open_file(path, O_RDWR | O_CREAT, 0600, "cannot be opened"));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        // A file system without locks is no busy neighbour.
        if (errno != EWOULDBLOCK) return system_error("cannot be locked", path.string());
        return world_error("another exhibit process is working here")
            .at(path.string())
            .coded("busy")
            .hint("wait until it has finished, or stop it");
    }
    return FileLock(std::move(file));
}

}  // namespace exhibit
