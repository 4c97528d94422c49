// The engine behind resumable uploads (formats/tus/upload_store.hpp): bytes in Blobs, the rest in
// Rows.
//
//   uploads   u/ID          length, durable offset, owner, limit …
//             o/OWNER/ID    nothing: finds the uploads of an owner
//   blob      OWNER/ID      so an owner must be the beginning of a BlobName, e.g. "case/0001"
//
// The offset in the row counts, not the size of the blob: after a crash the blob may be longer by
// what was never promised, and that is cut off before the next byte.
#pragma once

#include <functional>
#include <mutex>
#include <set>

#include "formats/tus/upload_store.hpp"
#include "store/blobs.hpp"
#include "store/rows.hpp"

namespace exhibit {

// May this owner add so many bytes? Asked before they are written; refuses with code "quota".
using RoomFor = std::function<Outcome(std::string const& owner, std::uint64_t bytes)>;
// Some were taken away again.
using RoomFreed = std::function<void(std::string const& owner)>;

class FolderUploads final : public UploadStore {
public:
    // Both outlive this object and its writers.
    FolderUploads(Blobs& blobs, Rows& rows, RoomFor room = {}, RoomFreed freed = {});

    Result<UploadId> create(NewUpload const& upload) override;
    Result<UploadState> state(UploadId const& id) override;
    Result<std::unique_ptr<UploadWriter>> open_writer(UploadId const& id) override;
    Outcome set_length(UploadId const& id, std::uint64_t length) override;
    Outcome set_expiry(UploadId const& id, WallTime expires) override;
    Outcome finish(UploadId const& id) override;
    Outcome remove(UploadId const& id) override;
    Result<std::size_t> expire(WallTime now) override;

    struct Found {
        UploadId id;
        UploadState state;
    };
    // Those whose owner begins with this, at most `limit`.
    Result<std::vector<Found>> list(std::string_view owner_prefix, std::size_t limit);
    static Result<BlobName> blob_of(UploadId const& id, UploadState const& state);

private:
    class Writer;
    using Change = std::function<Outcome(UploadState&)>;
    Outcome change(UploadId const& id, Change const& change);
    bool is_busy(UploadId const& id);
    void set_free(UploadId const& id);

    Blobs& blobs_;
    Rows& rows_;
    RoomFor room_;
    RoomFreed freed_;
    std::mutex busy_mutex_;
    std::set<std::string> busy_;
    // A change of a row is read, modify, write; two changes of one upload must not cross.
    std::array<std::mutex, 32> stripes_;
};

}  // namespace exhibit
