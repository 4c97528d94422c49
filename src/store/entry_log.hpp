// EntryLog: 32-byte entries that are only ever appended, and the Merkle tree over them (RFC 6962).
//
// One file holds the entries, nothing else; every hash of the tree is a function of it. So there is
// no second file that a crash could leave at odds with the first: a torn last entry is cut off when
// the log is opened, and the tree is computed again (some 10 million entries in a few seconds).
// Above the 256 entries of a leaf tile the hashes are kept in memory, 1/8 byte an entry.
//
// Entries that come while one fsync runs go out with the next one. An entry is in the log when
// append() has returned, and not before.
//
// A log that was restored from a backup would grow a second, other history under the same name.
// Whoever signs its states hands in the last one at open(): what contradicts it is refused.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/files.hpp"
#include "formats/tlog/merkle.hpp"
#include "formats/tlog/tiles.hpp"

namespace exhibit {

struct LogState {
    std::uint64_t size = 0;
    tlog::Hash root = tlog::empty_root();
};

class EntryLog {
public:
    // Makes the file and its folder if need be. Codes "busy" (another process has it),
    // "rolled-back" (it does not hold what was signed for), and of the disk.
    static Result<std::unique_ptr<EntryLog>> open(Path file, LogState const& signed_for = {});
    ~EntryLog();

    // Its index; on disk when this returns. From any thread; many at once share an fsync.
    Result<std::uint64_t> append(Digest256 const& entry);
    // Every one of them, in order; the index of the first.
    Result<std::uint64_t> append_all(std::vector<Digest256> const& entries);

    // What is on disk.
    LogState state() const;
    Result<Digest256> entry(std::uint64_t index) const;
    // Of an earlier size too. Codes "index", "size".
    Result<tlog::Path> inclusion(std::uint64_t index, std::uint64_t size) const;
    Result<tlog::Path> consistency(std::uint64_t from, std::uint64_t to) const;
    Result<tlog::Hash> root_at(std::uint64_t size) const;
    // The body of a tile. Code "not-found" when the log does not have it.
    Result<Bytes> tile(tlog::Tile const& tile) const;

private:
    struct Waiting {
        std::vector<Digest256> entries;
        std::optional<Result<std::uint64_t>> done;
    };
    EntryLog(Descriptor file, FileLock lock, Path name);
    Outcome read_back();
    void run();
    Outcome write(std::vector<Waiting*> const& batch);
    void take(Digest256 const& entry);
    Result<std::vector<tlog::Hash>> leaves(std::uint64_t first, std::size_t count) const;
    Result<tlog::Hash> hash(unsigned level, std::uint64_t index) const;

    Descriptor file_;
    FileLock lock_;
    Path name_;
    mutable std::mutex mutex_;  // of all that follows
    std::condition_variable changed_;
    std::deque<Waiting*> queue_;
    tlog::Frontier frontier_;
    // rows_[r]: complete subtrees of 256^(r+1) entries.
    std::vector<std::vector<tlog::Hash>> rows_;
    bool failed_ = false;  // after a failed write the end of the file is unknown
    bool stopping_ = false;
    std::thread writer_;
};

}  // namespace exhibit
