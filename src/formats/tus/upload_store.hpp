// Where the bytes of resumable uploads are kept: the interface between net/tus_server (which drives
// it) and store/ (which has the engine). No engine here.
//
// The promise that everything else rests on: an offset that state() or commit() has returned
// survives kill -9 and power loss. All functions may be called from several threads at once.
//
// Error codes: "not-found" (never was, or removed), "gone" (expired), "busy" (somebody else
// writes), "too-large", and what the disk says.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/strong.hpp"
#include "base/time.hpp"

namespace exhibit {

// Chosen by the store: at least 128 random bits in URL-safe letters ([A-Za-z0-9_-], at most 64). It
// is a capability: who knows it can look at the offset and append.
using UploadId = Strong<std::string, struct UploadIdTag>;

// What create() is told. All of it is durable before create() returns.
struct NewUpload {
    std::optional<std::uint64_t> length;  // none: deferred, set later
    std::string metadata;                 // value of Upload-Metadata, already checked; may be empty
    std::string owner;                    // whatever the hook that admitted it wants to find again
    std::uint64_t limit = 0;  // no more bytes than this, also while the length is deferred
    std::optional<WallTime> expires;
};

struct UploadState {
    std::uint64_t offset = 0;  // durable bytes, counted from the beginning
    std::optional<std::uint64_t> length;
    std::string metadata;
    std::string owner;
    std::uint64_t limit = 0;
    std::optional<WallTime> expires;
    bool finished = false;  // finish() was called: the hook has taken the bytes over

    bool complete() const { return length.has_value() && offset == *length; }
};

// The one writer of an upload. Its destructor gives the upload free; what was written after the
// last commit() then does not count, as if it had never come.
class UploadWriter {
public:
    virtual ~UploadWriter() = default;
    virtual std::uint64_t offset() const = 0;  // durable
    // At the end of what was written so far. May begin writing back, does not wait for the disk.
    virtual Outcome write(ByteView bytes) = 0;
    // On disk when this returns; the new durable offset.
    virtual Result<std::uint64_t> commit() = 0;
    // Drops what was written since the last commit (the checksum was wrong).
    virtual Outcome rollback() = 0;
};

class UploadStore {
public:
    virtual ~UploadStore() = default;
    virtual Result<UploadId> create(NewUpload const& upload) = 0;
    virtual Result<UploadState> state(UploadId const& id) = 0;
    // Code "busy" while another writer lives.
    virtual Result<std::unique_ptr<UploadWriter>> open_writer(UploadId const& id) = 0;
    // Once, for an upload of deferred length; durable. Not below the offset, not above the limit.
    virtual Outcome set_length(UploadId const& id, std::uint64_t length) = 0;
    virtual Outcome set_expiry(UploadId const& id, WallTime expires) = 0;
    // Marks it as taken over; durable. state() still answers, the bytes may be moved elsewhere.
    virtual Outcome finish(UploadId const& id) = 0;
    virtual Outcome remove(UploadId const& id) = 0;  // code "busy" while a writer lives
    // Removes unfinished uploads whose expiry has passed; how many.
    virtual Result<std::size_t> expire(WallTime now) = 0;
};

}  // namespace exhibit
