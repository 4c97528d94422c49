// The client's end of a resumable upload. After an interruption it asks the server how far it is
// and goes on there: at most one chunk is sent again.
#pragma once

#include "base/random.hpp"
#include "formats/tus/tus.hpp"
#include "net/client.hpp"

namespace exhibit {

// Where the bytes come from. read_at may be asked for the same place twice, at most one chunk back
// (two with what was read ahead), and from another thread, never two at a time.
struct UploadSource {
    std::function<Result<std::size_t>(std::uint64_t offset, MutableBytes out)>
        read_at;                          // 0: the end
    std::optional<std::uint64_t> length;  // none: until read_at returns 0
    static Result<UploadSource> from_file(Path const& path);
};

struct UploadProgress {
    std::uint64_t offset = 0;  // the server has this much on its disk
    std::optional<std::uint64_t> length;
};

struct UploadOptions {
    std::size_t chunk_bytes = 8 << 20;
    bool checksums = true;          // sha256 of each chunk
    unsigned attempts = 8;          // in a row without a byte of progress
    unsigned first_pause_ms = 500;  // doubles with each failure, to 30 s
    HeaderFields headers;           // sent with every request, e.g. Authorization
    std::function<void(UploadProgress const&)> progress;
    // Called when the server has given the upload its address, before the first byte: keep it to
    // resume.
    std::function<Outcome(std::string const& url)> on_address;
    std::function<bool()> should_stop;  // asked between chunks and while sending
};

struct UploadDone {
    std::string url;
    std::uint64_t length = 0;
    std::uint64_t sent_bytes = 0;  // body bytes that went out, with what was sent twice
    unsigned interruptions = 0;
};

// Creates an upload at `endpoint` and sends it. Codes besides the client's: "refused-upload" (4xx),
// "stopped", "tus" (an answer that breaks the protocol), "source-changed".
Result<UploadDone> upload(HttpClient& client, std::string const& endpoint,
                          tus::Metadata const& metadata, UploadSource const& source,
                          UploadOptions const& options);
// Goes on with one. Code "upload-gone" when the server does not have it any more: begin anew.
Result<UploadDone> resume_upload(HttpClient& client, std::string const& url,
                                 UploadSource const& source, UploadOptions const& options);

}  // namespace exhibit
