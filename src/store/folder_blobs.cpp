// Blobs as plain files. A name's place and state are in the file name alone, so a copy made with
// any tool is a copy of the store.
//
// Durability. Linux tells of a failed write-back once, to the descriptors open at that time;
// afterwards the page counts as clean. So a blob's size is remembered as of the last good fsync, a
// failed fsync cuts the file back to it, and a file opened anew for appending is fsynced before its
// size is believed.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <list>
#include <mutex>
#include <shared_mutex>

#include "crypto/hash.hpp"
#include "store/blobs.hpp"

namespace exhibit {
namespace {

constexpr std::size_t open_blobs_max = 64;
constexpr std::size_t stripes = 64;
constexpr std::string_view growing_mark = ",growing";  // ',' and '+' cannot stand in a blob's name

std::string shard_of(std::string_view name_or_prefix) {
    auto const digest = sha256(name_or_prefix.substr(0, name_or_prefix.find('/')));
    return to_hex(ByteView(digest).first(1));
}

std::string file_name_of(BlobName const& name) {
    auto flat = name.text();
    std::ranges::replace(flat, '/', '+');
    return flat;
}

struct Found {
    BlobName name;
    bool finished;
};

// None for what is not ours: lost+found, a person's notes.
std::optional<Found> read_file_name(std::string text) {
    bool const growing = text.ends_with(growing_mark);
    if (growing) text.resize(text.size() - growing_mark.size());
    if (text.find('/') != std::string::npos) return std::nullopt;
    std::ranges::replace(text, '+', '/');
    auto name = BlobName::parse(text);
    if (!name.ok()) return std::nullopt;
    return Found{name.take(), !growing};
}

Error not_found(BlobName const& name) {
    return world_error("is not stored here").at(name.text()).coded("not-found");
}

Outcome cut(int fd, std::uint64_t size, Path const& path) {
    if (::ftruncate(fd, static_cast<off_t>(size)) != 0)
        return system_error("cannot be cut", path.string());
    return {};
}

Outcome write_at(int fd, std::uint64_t offset, ByteView bytes, Path const& path) {
    while (!bytes.empty()) {
        auto const n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return system_error("cannot be written", path.string());
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
    return {};
}

Outcome leave_room(int fd, std::size_t wanted, std::uint64_t spare, Path const& path) {
    struct statvfs disk {};
    if (spare == 0 || ::fstatvfs(fd, &disk) != 0) return {};
    if (std::uint64_t{disk.f_bavail} * disk.f_frsize >= spare + wanted) return {};
    return world_error("the disk is nearly full, and the rest is kept for signs of life")
        .at(path.string())
        .coded("disk-full")
        .hint("free some space, then try again");
}

Result<Bytes> read_at(int fd, std::uint64_t offset, std::size_t length, Path const& path) {
    auto const size = TRY(file_size(fd, path));
    if (offset >= size) return Bytes();
    Bytes out(static_cast<std::size_t>(
        std::min<std::uint64_t>({length, blob_read_bytes_max, size - offset})));
    std::size_t got = 0;
    while (got < out.size()) {
        auto const n =
            ::pread(fd, out.data() + got, out.size() - got, static_cast<off_t>(offset + got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return system_error("cannot be read", path.string());
        if (n == 0) break;
        got += static_cast<std::size_t>(n);
    }
    out.resize(got);
    return out;
}

// A growing blob whose descriptor is kept open. Used only under the stripe of its name.
struct Growing {
    Descriptor file;
    Path path;
    std::uint64_t size = 0;
    std::uint64_t synced = 0;
};

Outcome sync_growing(Growing& blob) {
    auto synced = sync_file(blob.file.get(), blob.path);
    if (synced.ok()) {
        blob.synced = blob.size;
        return {};
    }
    if (cut(blob.file.get(), blob.synced, blob.path).ok()) blob.size = blob.synced;
    return synced;
}

}  // namespace

class FolderBlobs::Engine {
public:
    Engine(Path root, FileLock lock, std::uint64_t spare)
        : root_(std::move(root)), lock_(std::move(lock)), spare_(spare) {}

    Outcome create(BlobName const& name);
    Result<BlobInfo> info(BlobName const& name);
    Outcome append(BlobName const& name, std::uint64_t offset, ByteView bytes);
    Outcome sync(BlobName const& name);
    Outcome truncate(BlobName const& name, std::uint64_t size);
    Outcome finish(BlobName const& name);
    Outcome remove(BlobName const& name);
    Result<Bytes> read(BlobName const& name, std::uint64_t offset, std::size_t length);
    Result<std::vector<BlobInfo>> list(std::string_view prefix);
    Result<Path> local_path(BlobName const& name);

private:
    // Shared, because the table may drop a descriptor (least recently used) while its user still
    // appends; the last of the two closes it.
    using Open = std::shared_ptr<Growing>;

    Path folder(BlobName const& name) const { return root_ / shard_of(name.text()); }
    Path finished_path(BlobName const& name) const { return folder(name) / file_name_of(name); }
    Path growing_path(BlobName const& name) const {
        return folder(name) / (file_name_of(name) + std::string(growing_mark));
    }
    std::mutex& stripe(BlobName const& name) {
        return stripes_[std::hash<std::string>()(name.text()) % stripes];
    }

    Result<Open> open_growing(BlobName const& name);
    void remember(BlobName const& name, Open const& blob);
    void forget(BlobName const& name);
    Outcome scan_folder(Path const& shard, std::string_view prefix, std::vector<BlobInfo>& into);

    Path root_;
    FileLock lock_;
    std::uint64_t spare_;
    std::array<std::mutex, stripes> stripes_;  // one blob is changed by one thread at a time
    std::shared_mutex names_;                  // a listing never meets a file between its two names
    std::mutex open_mutex_;
    std::list<std::pair<BlobName, Open>> open_;  // most recently used first
};

Result<std::shared_ptr<Growing>> FolderBlobs::Engine::open_growing(BlobName const& name) {
    {
        std::lock_guard const hold(open_mutex_);
        auto const found = std::ranges::find(open_, name, &std::pair<BlobName, Open>::first);
        if (found != open_.end()) {
            open_.splice(open_.begin(), open_, found);
            return open_.front().second;
        }
    }
    if (is_there(finished_path(name))) {
        return wrong_use("is finished and cannot change any more")
            .at(name.text())
            .coded("finished");
    }
    auto const path = growing_path(name);
    Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (!file.is_open() && errno == ENOENT) return not_found(name);
    if (!file.is_open()) return system_error("cannot be opened", path.string());
    auto blob = std::make_shared<Growing>();
    blob->size = TRY(file_size(file.get(), path));
    TRY(sync_file(file.get(), path));
    blob->synced = blob->size;
    blob->file = std::move(file);
    blob->path = path;
    remember(name, blob);
    return blob;
}

void FolderBlobs::Engine::remember(BlobName const& name, Open const& blob) {
    std::lock_guard const hold(open_mutex_);
    open_.emplace_front(name, blob);
    if (open_.size() > open_blobs_max) open_.pop_back();
}

void FolderBlobs::Engine::forget(BlobName const& name) {
    std::lock_guard const hold(open_mutex_);
    std::erase_if(open_, [&](auto const& entry) { return entry.first == name; });
}

Outcome FolderBlobs::Engine::create(BlobName const& name) {
    std::lock_guard const hold(stripe(name));
    auto const taken = [&] {
        return world_error("is stored already").at(name.text()).coded("exists");
    };
    if (is_there(finished_path(name))) return taken();
    TRY(make_folders(folder(name)));
    auto file = create_new_file(growing_path(name));
    if (!file.ok() && std::strcmp(file.error().code, "exists") == 0) return taken();
    if (!file.ok()) return file.take_error();
    auto durable = sync_file(file->get(), growing_path(name));
    if (durable.ok()) durable = sync_folder(folder(name));
    if (!durable.ok()) {
        ::unlink(growing_path(name).c_str());
        return durable;
    }
    auto blob = std::make_shared<Growing>();
    blob->file = file.take();
    blob->path = growing_path(name);
    remember(name, blob);
    return {};
}

Result<BlobInfo> FolderBlobs::Engine::info(BlobName const& name) {
    struct stat found {};
    if (::lstat(finished_path(name).c_str(), &found) == 0) {
        return BlobInfo{name, static_cast<std::uint64_t>(found.st_size), true};
    }
    // Under the stripe: the size in the middle of an append is nobody's business.
    std::lock_guard const hold(stripe(name));
    for (bool const finished : {true, false}) {
        auto const path = finished ? finished_path(name) : growing_path(name);
        if (::lstat(path.c_str(), &found) == 0)
            return BlobInfo{name, static_cast<std::uint64_t>(found.st_size), finished};
        if (errno != ENOENT) return system_error("cannot be measured", path.string());
    }
    return not_found(name);
}

Outcome FolderBlobs::Engine::append(BlobName const& name, std::uint64_t offset, ByteView bytes) {
    std::lock_guard const hold(stripe(name));
    auto blob = TRY(open_growing(name));
    if (offset != blob->size) {
        return bad_input("would be continued at " + std::to_string(offset) + " but ends at " +
                         std::to_string(blob->size))
            .at(name.text())
            .coded("offset");
    }
    if (bytes.size() > static_cast<std::uint64_t>(INT64_MAX) - offset) {
        return bad_input("would be too large").at(name.text()).coded("too-large");
    }
    TRY(leave_room(blob->file.get(), bytes.size(), spare_, blob->path));
    auto written = write_at(blob->file.get(), offset, bytes, blob->path);
    if (written.ok()) {
        blob->size += bytes.size();
        return {};
    }
    // Taken back. If even that fails, the descriptor is dropped and the size is measured anew.
    if (!cut(blob->file.get(), blob->size, blob->path).ok()) forget(name);
    return written;
}

Outcome FolderBlobs::Engine::sync(BlobName const& name) {
    std::lock_guard const hold(stripe(name));
    auto blob = open_growing(name);
    if (!blob.ok() && std::strcmp(blob.error().code, "finished") == 0)
        return {};  // finish has synced it
    if (!blob.ok()) return blob.take_error();
    if ((*blob)->size == (*blob)->synced) return {};
    auto synced = sync_growing(**blob);
    if (!synced.ok()) forget(name);
    return synced;
}

Outcome FolderBlobs::Engine::truncate(BlobName const& name, std::uint64_t size) {
    std::lock_guard const hold(stripe(name));
    auto blob = TRY(open_growing(name));
    if (size > blob->size) {
        return bad_input("ends at " + std::to_string(blob->size) + ", before " +
                         std::to_string(size))
            .at(name.text())
            .coded("offset");
    }
    TRY(cut(blob->file.get(), size, blob->path));
    blob->size = size;
    blob->synced = std::min(blob->synced, size);
    auto synced = sync_growing(*blob);
    if (!synced.ok()) forget(name);
    return synced;
}

Outcome FolderBlobs::Engine::finish(BlobName const& name) {
    std::lock_guard const hold(stripe(name));
    // The folder again: the finish before this one may have failed at exactly that.
    if (is_there(finished_path(name))) return sync_folder(folder(name));
    auto blob = TRY(open_growing(name));
    auto synced = sync_growing(*blob);
    forget(name);
    TRY(std::move(synced));
    {
        std::lock_guard const moving(names_);
        if (::rename(blob->path.c_str(), finished_path(name).c_str()) != 0) {
            return system_error("cannot be put in place", blob->path.string());
        }
    }
    ::fchmod(blob->file.get(), 0400);  // against a person's slip, not against an attacker
    return sync_folder(folder(name));
}

Outcome FolderBlobs::Engine::remove(BlobName const& name) {
    std::lock_guard const hold(stripe(name));
    forget(name);
    if (!is_there(folder(name))) return {};
    {
        std::lock_guard const moving(names_);
        TRY(remove_file(growing_path(name)));
        TRY(remove_file(finished_path(name)));
    }
    return sync_folder(folder(name));
}

Result<Bytes> FolderBlobs::Engine::read(BlobName const& name, std::uint64_t offset,
                                        std::size_t length) {
    // A finished blob never changes, so it is read without any lock.
    auto finished = open_for_reading(finished_path(name));
    if (finished.ok()) return read_at(finished->get(), offset, length, finished_path(name));
    std::unique_lock hold(stripe(name));
    for (bool const done : {true, false}) {
        auto const path = done ? finished_path(name) : growing_path(name);
        auto file = open_for_reading(path);
        if (file.ok()) return read_at(file->get(), offset, length, path);
        if (std::strcmp(file.error().code, "not-found") != 0) return file.take_error();
    }
    return not_found(name);
}

Outcome FolderBlobs::Engine::scan_folder(Path const& shard, std::string_view prefix,
                                         std::vector<BlobInfo>& into) {
    std::shared_lock const hold(names_);
    std::error_code failed;
    std::filesystem::directory_iterator entry(shard, failed);
    if (failed == std::errc::no_such_file_or_directory) return {};
    for (; !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
        auto const found = read_file_name(entry->path().filename().string());
        if (!found || !found->name.text().starts_with(prefix)) continue;
        struct stat file {};
        if (::lstat(entry->path().c_str(), &file) != 0 || !S_ISREG(file.st_mode)) continue;
        into.push_back({found->name, static_cast<std::uint64_t>(file.st_size), found->finished});
    }
    if (failed)
        return world_error("cannot be listed: " + failed.message())
            .at(shard.string())
            .coded("system");
    return {};
}

Result<std::vector<BlobInfo>> FolderBlobs::Engine::list(std::string_view prefix) {
    std::vector<BlobInfo> out;
    if (prefix.find('/') != std::string_view::npos) {
        TRY(scan_folder(root_ / shard_of(prefix), prefix, out));
    } else {
        for (unsigned shard = 0; shard < 256; ++shard) {
            auto const digits = to_hex(big_endian<1>(shard));
            TRY(scan_folder(root_ / digits, prefix, out));
        }
    }
    std::ranges::sort(out, {}, &BlobInfo::name);
    return out;
}

Result<Path> FolderBlobs::Engine::local_path(BlobName const& name) {
    std::lock_guard const hold(stripe(name));
    if (is_there(finished_path(name))) return finished_path(name);
    if (is_there(growing_path(name))) return growing_path(name);
    return not_found(name);
}

FolderBlobs::FolderBlobs(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
FolderBlobs::~FolderBlobs() = default;

Result<std::unique_ptr<FolderBlobs>> FolderBlobs::open(Path root, std::uint64_t spare_bytes) {
    TRY(make_folders(root));
    auto lock = TRY(FileLock::acquire(root / "lock"));
    return std::unique_ptr<FolderBlobs>(
        new FolderBlobs(std::make_unique<Engine>(std::move(root), std::move(lock), spare_bytes)));
}

Outcome FolderBlobs::create(BlobName const& name) { return engine_->create(name); }
Result<BlobInfo> FolderBlobs::info(BlobName const& name) { return engine_->info(name); }
Outcome FolderBlobs::append(BlobName const& name, std::uint64_t offset, ByteView bytes) {
    return engine_->append(name, offset, bytes);
}
Outcome FolderBlobs::sync(BlobName const& name) { return engine_->sync(name); }
Outcome FolderBlobs::truncate(BlobName const& name, std::uint64_t size) {
    return engine_->truncate(name, size);
}
Outcome FolderBlobs::finish(BlobName const& name) { return engine_->finish(name); }
Outcome FolderBlobs::remove(BlobName const& name) { return engine_->remove(name); }
Result<Bytes> FolderBlobs::read(BlobName const& name, std::uint64_t offset, std::size_t length) {
    return engine_->read(name, offset, length);
}
Result<std::vector<BlobInfo>> FolderBlobs::list(std::string_view prefix) {
    return engine_->list(prefix);
}
Result<std::uint64_t> FolderBlobs::bytes_under(std::string_view prefix) {
    auto const blobs = TRY(engine_->list(prefix));
    std::uint64_t sum = 0;
    for (auto const& blob : blobs) sum += blob.size_bytes;
    return sum;
}
Result<std::optional<Path>> FolderBlobs::local_path(BlobName const& name) {
    auto path = TRY(engine_->local_path(name));
    return std::optional<Path>(std::move(path));
}

}  // namespace exhibit
