// The HTTPS server: HTTP/1.1 over TLS 1.2 and 1.3, one thread that moves bytes, a few that do the
// work.
//
// A request comes to the handler twice. on_headers sees it before any body byte was read and says
// one of three things: here is the answer already (the body is not read), read the whole body up to
// a limit (then on_request_async gets it), or stream the body into this sink. Handler and sink are
// called on worker threads and may wait for the disk; for one connection never two calls at once
// and always in order. Different connections call at the same time: a handler is thread-safe.
//
// Reading order: http.hpp, server.hpp, tls_stream.hpp, server.cpp.
#pragma once

#include <memory>
#include <variant>

#include "net/http.hpp"
#include "net/tls_identity.hpp"

namespace exhibit {

// Takes a streamed request body. Destroyed after finish().
class BodySink {
public:
    virtual ~BodySink() = default;
    // An error ends the upload: finish(false) is called and its answer sent, then the line is
    // closed.
    virtual Outcome write(ByteView bytes) = 0;
    // Called exactly once. complete: the whole body has come. Else the other end went away (what is
    // returned then is not sent) or write() failed.
    virtual HttpResponse finish(bool complete) = 0;
};

struct ReadWholeBody {
    std::size_t limit_bytes = 64 * 1024;  // more is answered with 413
    // Nothing in the header says that the sender may be here: while its body comes, it makes room
    // for newcomers.
    bool unproven = false;
    // Which room such bodies share, beyond the first 16 KiB of each: none when the sender has
    // proved who it is.
    enum class Room { own, strangers, public_case };
    Room room = Room::own;
};

using HeadersAnswer = std::variant<HttpResponse, std::unique_ptr<BodySink>, ReadWholeBody>;
// May be called from any thread, once; later calls are ignored. It may outlive the server.
using Reply = std::function<void(HttpResponse)>;

class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    virtual HeadersAnswer on_headers(HttpRequest const&) { return ReadWholeBody{}; }
    // Override one of the two. The second is for work that is answered later, e.g. after a group
    // commit.
    virtual HttpResponse on_request(HttpRequest const&) {
        return HttpResponse::text(404, "not found\n");
    }
    virtual void on_request_async(HttpRequest request, Reply reply) { reply(on_request(request)); }
};

struct ServerLimits {
    std::size_t header_bytes = 16 * 1024;     // more: 431
    std::size_t whole_body_bytes = 16 << 20;  // caps what a handler may ask for in ReadWholeBody
    // TLS handshake (one that stands still holds 50 KB), and first to last byte of the header.
    unsigned header_timeout_ms = 10'000;
    unsigned idle_timeout_ms = 60'000;     // keep-alive without a request; a body that stands still
    unsigned answer_timeout_ms = 120'000;  // a handler that does not reply
    // Slowloris: after a grace, a body or answer that on average moves slower than this is cut. A
    // phone behind Tor in a bad place sends a few KB/s; that must stay possible.
    std::uint64_t minimum_bytes_per_second = 256;
    unsigned rate_grace_ms = 20'000;
    // Of bodies whose senders have shown nothing, and of those that know a case's number, which is
    // public once it is released; beyond the first 16 KiB of each. More: 503.
    std::size_t stranger_bytes = 64 << 20, public_case_bytes = 256 << 20;
    std::size_t connections = 10'000;  // fewer where the system lets a process open fewer files
    std::size_t connections_per_address = 512;  // 0: not counted; loopback is never counted (Tor)
    bool count_loopback = false;                // for tests of the line above
    unsigned worker_threads = 4;
};

struct ServerOptions {
    ServerLimits limits;
    WireRecord record;  // tests only
};

class HttpServer {
public:
    // Address as a number ("127.0.0.1", "::"); port 0 takes any free one. Without an identity it
    // speaks plain HTTP, which is for the desk on loopback only. The handler outlives the server.
    static Result<std::unique_ptr<HttpServer>> start(std::string const& address, std::uint16_t port,
                                                     TlsIdentity const* identity,
                                                     HttpHandler& handler,
                                                     ServerOptions options = {});
    ~HttpServer();
    std::uint16_t port() const;
    std::size_t connection_count() const;
    // Closes every connection; running uploads get finish(false). Returns when no call is running
    // any more.
    void stop();

    struct Core;  // server_core.hpp

private:
    struct Life;
    explicit HttpServer(std::shared_ptr<Core> core);
    std::shared_ptr<Core> core_;  // shared with replies that come after the end
};

}  // namespace exhibit
