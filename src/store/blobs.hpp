// Blobs: content under a name. A blob grows by appends at its exact end, then is finished and never
// changes again.
//
//   create -> growing --append, sync, truncate--> growing -- finish --> finished
//   either -- remove --> gone
//
// Codes: "not-found", "exists", "offset" (append is not at the end), "finished" (it may not change
// any more), "name", "disk-full", "system". Every function may be called from any thread.
#pragma once

#include <compare>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "base/result.hpp"

namespace exhibit {

inline constexpr std::size_t blob_name_bytes_max = 200;
// One read returns no more than this; footage is read in pieces.
inline constexpr std::size_t blob_read_bytes_max = std::size_t{16} << 20;

// Components of [a-z0-9._-] separated by '/', none empty, none beginning with a dot, so that no
// name can climb out of its folder, hide, or differ only by case. The first component is usually
// the case.
class BlobName {
public:
    static Result<BlobName> parse(std::string_view text);
    std::string const& text() const { return text_; }
    friend auto operator<=>(BlobName const&, BlobName const&) = default;

private:
    explicit BlobName(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

struct BlobInfo {
    BlobName name;
    std::uint64_t size_bytes;
    bool finished;
};

class Blobs {
public:
    virtual ~Blobs() = default;

    // An empty growing blob; that it exists is durable when this returns. "exists" if the name is
    // taken.
    virtual Outcome create(BlobName const& name) = 0;
    virtual Result<BlobInfo> info(BlobName const& name) = 0;
    // Offset must equal the size. All of the bytes are added or none (after a failure the size is
    // as before).
    virtual Outcome append(BlobName const& name, std::uint64_t offset, ByteView bytes) = 0;
    // Durable when this returns. When it fails, everything since the last good sync is taken back:
    // ask for the size and append again. (After a failed fsync the kernel forgets what it could not
    // write, and a second fsync that says "fine" proves nothing.)
    virtual Outcome sync(BlobName const& name) = 0;
    // Shorter only. Durable when this returns.
    virtual Outcome truncate(BlobName const& name, std::uint64_t size) = 0;
    // Syncs, then the blob never changes again. Finishing a finished blob is no error.
    virtual Outcome finish(BlobName const& name) = 0;
    // Durable when this returns. Removing what is not there is no error.
    virtual Outcome remove(BlobName const& name) = 0;

    // Up to length bytes (and blob_read_bytes_max); fewer only at the end. Past the end: empty.
    virtual Result<Bytes> read(BlobName const& name, std::uint64_t offset, std::size_t length) = 0;
    // In byte order of their names. The prefix is plain text: "case1/" or "".
    virtual Result<std::vector<BlobInfo>> list(std::string_view prefix) = 0;
    // For quotas: the bytes held under the prefix, growing ones too.
    virtual Result<std::uint64_t> bytes_under(std::string_view prefix) = 0;
    // For engines that have files: where the content lies now, for sendfile and for hashing in
    // place. Changes when the blob is finished. None: this engine has no files.
    virtual Result<std::optional<Path>> local_path(BlobName const& name) = 0;

    Result<std::uint64_t> size(BlobName const& name);
    // create, append, finish. What an earlier put left unfinished in a crash is replaced.
    Outcome put(BlobName const& name, ByteView content);
};

// Plain files: <root>/<2 hex digits>/<name with '+' for '/'>, and ",growing" at the end while it
// grows. The digits are the first byte of SHA-256 of the name's first component: the blobs of one
// case share a folder, 10,000 cases make 256 folders. Holds <root>/lock until it ends.
class FolderBlobs final : public Blobs {
public:
    // Appends leave this much of the disk free ("disk-full"): footage must not take the room that
    // rows on the same disk need.
    static Result<std::unique_ptr<FolderBlobs>> open(Path root, std::uint64_t spare_bytes = 0);
    ~FolderBlobs() override;

    Outcome create(BlobName const& name) override;
    Result<BlobInfo> info(BlobName const& name) override;
    Outcome append(BlobName const& name, std::uint64_t offset, ByteView bytes) override;
    Outcome sync(BlobName const& name) override;
    Outcome truncate(BlobName const& name, std::uint64_t size) override;
    Outcome finish(BlobName const& name) override;
    Outcome remove(BlobName const& name) override;
    Result<Bytes> read(BlobName const& name, std::uint64_t offset, std::size_t length) override;
    Result<std::vector<BlobInfo>> list(std::string_view prefix) override;
    Result<std::uint64_t> bytes_under(std::string_view prefix) override;
    Result<std::optional<Path>> local_path(BlobName const& name) override;

private:
    class Engine;
    explicit FolderBlobs(std::unique_ptr<Engine> engine);
    std::unique_ptr<Engine> engine_;
};

}  // namespace exhibit
