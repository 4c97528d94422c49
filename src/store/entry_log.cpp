#include "store/entry_log.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace exhibit {
namespace {

constexpr std::size_t entry_bytes = 32;
constexpr std::size_t read_entries = 32'768;

Error not_here() { return bad_input("the log does not have this").coded("not-found"); }

Result<Bytes> read_at(int fd, std::uint64_t offset, std::size_t length, Path const& name) {
    Bytes out(length);
    std::size_t have = 0;
    while (have < length) {
        auto const got =
            ::pread(fd, out.data() + have, length - have, static_cast<off_t>(offset + have));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("cannot be read", name.string());
        if (got == 0) return world_error("became shorter while it was open").at(name.string());
        have += static_cast<std::size_t>(got);
    }
    return out;
}

Digest256 entry_of(ByteView bytes, std::size_t i) {
    return exactly<entry_bytes>(bytes.subspan(i * entry_bytes, entry_bytes)).take();
}

}  // namespace

EntryLog::EntryLog(Descriptor file, FileLock lock, Path name)
    : file_(std::move(file)), lock_(std::move(lock)), name_(std::move(name)) {}

Result<std::unique_ptr<EntryLog>> EntryLog::open(Path file, LogState const& signed_for) {
    TRY(make_folders(file.parent_path()));
    auto lock = TRY(FileLock::acquire(Path(file.string() + ".lock")));
    Descriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!descriptor.is_open()) return system_error("cannot be opened", file.string());
    TRY(sync_folder(file.parent_path()));
    std::unique_ptr<EntryLog> log(
        new EntryLog(std::move(descriptor), std::move(lock), std::move(file)));
    TRY(log->read_back());
    auto const root = log->root_at(std::min(signed_for.size, log->frontier_.size()));
    if (signed_for.size > log->frontier_.size() || !root.ok() || *root != signed_for.root) {
        return world_error("the custody log does not hold what was signed for")
            .at(log->name_.string())
            .coded("rolled-back")
            .hint("was it restored from a backup? start as a new guardian, with new keys");
    }
    log->writer_ = std::thread([raw = log.get()] { raw->run(); });
    return log;
}

EntryLog::~EntryLog() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (writer_.joinable()) writer_.join();
}

Outcome EntryLog::read_back() {
    auto const bytes = TRY(file_size(file_.get(), name_));
    auto const entries = bytes / entry_bytes;
    // What was half written was never acknowledged.
    if (bytes % entry_bytes != 0 &&
        ::ftruncate(file_.get(), static_cast<off_t>(entries * entry_bytes)) != 0)
        return system_error("cannot be mended", name_.string());
    for (std::uint64_t at = 0; at < entries;) {
        auto const count = std::min<std::uint64_t>(read_entries, entries - at);
        auto const block = TRY(read_at(file_.get(), at * entry_bytes, count * entry_bytes, name_));
        for (std::size_t i = 0; i < count; ++i) take(entry_of(block, i));
        at += count;
    }
    return {};
}

void EntryLog::take(Digest256 const& entry) {
    frontier_.append(tlog::leaf_hash(entry),
                     [this](unsigned level, std::uint64_t, tlog::Hash const& hash) {
                         if (level == 0 || level % 8 != 0) return;
                         auto const row = level / 8 - 1;
                         if (row >= rows_.size()) rows_.resize(row + 1);
                         rows_[row].push_back(hash);
                     });
}

Result<std::uint64_t> EntryLog::append(Digest256 const& entry) { return append_all({entry}); }

Result<std::uint64_t> EntryLog::append_all(std::vector<Digest256> const& entries) {
    Waiting waiting{entries, {}};
    std::unique_lock lock(mutex_);
    queue_.push_back(&waiting);
    changed_.notify_all();
    changed_.wait(lock, [&] { return waiting.done.has_value(); });
    return std::move(*waiting.done);
}

void EntryLog::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        std::vector<Waiting*> const batch(queue_.begin(), queue_.end());
        queue_.clear();
        auto failure = failed_ ? Outcome(world_error("an earlier write of the log failed")) : [&] {
            lock.unlock();
            auto written = write(batch);
            lock.lock();
            return written;
        }();
        failed_ = failed_ || !failure.ok();
        for (auto* const one : batch) {
            if (!failure.ok()) {
                one->done.emplace(Error(failure.error()));
                continue;
            }
            one->done.emplace(frontier_.size());
            for (auto const& entry : one->entries) take(entry);
        }
        changed_.notify_all();
    }
}

// Only the writer's thread changes the size, so it may be read here without the lock.
Outcome EntryLog::write(std::vector<Waiting*> const& batch) {
    Bytes bytes;
    for (auto const* one : batch)
        for (auto const& entry : one->entries) exhibit::append(bytes, entry);
    std::size_t done = 0;
    auto const start = frontier_.size() * entry_bytes;
    while (done < bytes.size()) {
        auto const put = ::pwrite(file_.get(), bytes.data() + done, bytes.size() - done,
                                  static_cast<off_t>(start + done));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return system_error("cannot be written", name_.string());
        done += static_cast<std::size_t>(put);
    }
    if (::fdatasync(file_.get()) != 0) return system_error("cannot be written", name_.string());
    return {};
}

LogState EntryLog::state() const {
    std::lock_guard lock(mutex_);
    return {frontier_.size(), frontier_.root()};
}

Result<Digest256> EntryLog::entry(std::uint64_t index) const {
    if (index >= state().size) return not_here();
    auto const bytes = TRY(read_at(file_.get(), index * entry_bytes, entry_bytes, name_));
    return entry_of(bytes, 0);
}

Result<std::vector<tlog::Hash>> EntryLog::leaves(std::uint64_t first, std::size_t count) const {
    auto const bytes = TRY(read_at(file_.get(), first * entry_bytes, count * entry_bytes, name_));
    std::vector<tlog::Hash> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(tlog::leaf_hash(entry_of(bytes, i)));
    return out;
}

// From the row of tiles below it: at most 128 hashes are read.
Result<tlog::Hash> EntryLog::hash(unsigned level, std::uint64_t index) const {
    auto const count = std::size_t{1} << (level % 8);
    auto const first = index << (level % 8);
    if (level < 8) {
        auto const below = TRY(leaves(first, count));
        return tlog::root_of(below);
    }
    std::lock_guard lock(mutex_);
    auto const& row = rows_.at(level / 8 - 1);
    if (first + count > row.size()) return not_here();
    auto const from = row.begin() + static_cast<std::ptrdiff_t>(first);
    return tlog::root_of({from, from + static_cast<std::ptrdiff_t>(count)});
}

Result<tlog::Path> EntryLog::inclusion(std::uint64_t index, std::uint64_t size) const {
    if (size > state().size) return not_here();
    return tlog::inclusion_path(
        index, size, [this](unsigned level, std::uint64_t at) { return hash(level, at); });
}

Result<tlog::Path> EntryLog::consistency(std::uint64_t from, std::uint64_t to) const {
    if (to > state().size) return not_here();
    return tlog::consistency_path(
        from, to, [this](unsigned level, std::uint64_t at) { return hash(level, at); });
}

Result<tlog::Hash> EntryLog::root_at(std::uint64_t size) const {
    if (size > state().size) return not_here();
    return tlog::tree_root(size,
                           [this](unsigned level, std::uint64_t at) { return hash(level, at); });
}

Result<Bytes> EntryLog::tile(tlog::Tile const& tile) const {
    if (!tlog::tile_is_within(tile, state().size)) return not_here();
    auto const first = tile.index * tlog::tile_width;
    if (!tile.level || *tile.level == 0) {
        auto const bytes =
            TRY(read_at(file_.get(), first * entry_bytes, tile.width * entry_bytes, name_));
        std::vector<Bytes> entries;
        std::vector<tlog::Hash> hashes;
        for (std::size_t i = 0; i < tile.width; ++i) {
            entries.push_back(to_bytes(ByteView(entry_of(bytes, i))));
            hashes.push_back(tlog::leaf_hash(entries.back()));
        }
        return tile.level ? tlog::write_hashes(hashes) : tlog::write_bundle(entries);
    }
    std::lock_guard lock(mutex_);
    auto const& row = rows_.at(*tile.level - 1);
    auto const from = row.begin() + static_cast<std::ptrdiff_t>(first);
    return tlog::write_hashes({from, from + tile.width});
}

}  // namespace exhibit
