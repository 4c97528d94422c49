// The server's end of a resumable upload: the rules of formats/tus, a store, and three questions to
// whoever knows what a case is.
//
// An offset is told only after the store made it durable. A PATCH that breaks off leaves what
// arrived (with Upload-Checksum: nothing of that PATCH, since it cannot be checked). One writer per
// upload: a second PATCH gets 423.
#pragma once

#include "formats/tus/server_rules.hpp"
#include "formats/tus/upload_store.hpp"
#include "net/server.hpp"

namespace exhibit {

struct UploadWish {
    std::optional<std::uint64_t> length;  // none: deferred
    tus::Metadata metadata;
};

struct UploadGrant {
    std::string owner;              // kept with the upload, e.g. the case id
    std::uint64_t limit_bytes = 0;  // of this one upload: what the quota still allows
};

// Refusals by Error.code: "unauthorized" 401, "forbidden" 403, "not-found" 404, "conflict" 409,
// "quota" 413, "later" 429, "metadata" 400; a Fault::world error without such a code 503.
class UploadHooks {
public:
    virtual ~UploadHooks() = default;
    // Before anything is stored: an unauthenticated caller can never fill a disk.
    virtual Result<UploadGrant> authorize(HttpRequest const& request, UploadWish const& wish) = 0;
    // HEAD, PATCH and DELETE of an upload. The id is a capability, so the default is yes.
    virtual Outcome may_touch(HttpRequest const&, UploadId const&, UploadState const&) {
        return {};
    }
    // All bytes are durable. Called at least once (again after a crash or an error), before the
    // client hears of it; then the upload is finished in the store.
    virtual Outcome on_complete(UploadId const& id, UploadState const& state) = 0;
};

struct TusServerOptions {
    std::string base_path = "/files";  // POST here; uploads are base_path/ID
    std::uint64_t max_size_bytes = std::uint64_t(1) << 40;
    std::uint64_t commit_every_bytes = 16 << 20;           // of a long PATCH without checksum
    std::optional<Duration> lifetime = Duration::days(7);  // since the last byte; none: no expiry
    std::function<WallTime()> now = wall_now;
};

class TusServer final : public HttpHandler {
public:
    // Both outlive the server.
    TusServer(UploadStore& store, UploadHooks& hooks, TusServerOptions options = {});
    // Is the request for this handler? For servers that do more than uploads.
    bool owns(HttpRequest const& request) const;
    HeadersAnswer on_headers(HttpRequest const& request) override;
    HttpResponse on_request(HttpRequest const& request) override;

private:
    class Sink;
    HeadersAnswer on_create(HttpRequest const& request);
    HeadersAnswer on_upload(HttpRequest const& request, UploadId const& id);
    HeadersAnswer begin_append(HttpRequest const& request, UploadId const& id,
                               UploadState const& state, tus::Append const& append);
    HttpResponse complete_if_whole(UploadId const& id, HttpResponse answer);

    UploadStore& store_;
    UploadHooks& hooks_;
    TusServerOptions options_;
};

}  // namespace exhibit
