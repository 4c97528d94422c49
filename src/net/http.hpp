// HTTP messages as values, without a word about the library that moves them.
#pragma once

#include <functional>

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "formats/tus/fields.hpp"

namespace exhibit {

// Which way the bytes of a recorded connection went.
enum class Direction { received, sent };
// Sees the decrypted bytes of every connection. For tests that search them for plaintext; it is set
// in code only, no command line and no configuration file reaches it.
using WireRecord = std::function<void(Direction, ByteView)>;

struct HttpRequest {
    std::string method;  // "GET"; upper case as sent
    std::string target;  // path and query as sent, not decoded
    HeaderFields headers;
    std::optional<std::uint64_t> content_length;  // none: no body, or a chunked one
    bool chunked = false;
    Bytes body;          // empty in on_headers
    std::string remote;  // address of the other end, without port; over Tor 127.0.0.1

    bool has_body() const { return chunked || content_length.value_or(0) > 0; }
    std::string_view path() const;   // the target up to the '?'; both live as long as the request
    std::string_view query() const;  // after the '?', or empty
};

// A stretch of a file, streamed in bounded memory. Range is the handler's business.
struct FileBody {
    Path path;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

struct HttpResponse {
    unsigned status = 200;
    std::string reason;  // empty: the registered phrase
    HeaderFields headers;
    Bytes body;
    std::optional<FileBody> file;  // instead of body
    bool close = false;            // hang up after this answer

    static HttpResponse text(unsigned status, std::string_view text);
    static HttpResponse of(unsigned status, std::string content_type, Bytes body);
};

// The registered phrase of a status, "Unknown" for one that has none.
std::string_view reason_phrase(unsigned status);

}  // namespace exhibit
