// The HTTP client: libcurl, HTTP/1.1, pinned TLS, optionally through a SOCKS5 proxy (Tor) that also
// resolves the name. It follows no redirect, keeps no cookie, reads no .netrc and no proxy
// variable.
//
// With a proxy every connection goes through it, times are three times as long, and an error of the
// proxy ("proxy": it does not answer; "refused": it cannot reach the other end) is never answered
// with a direct connection. Without one, an .onion address is refused ("proxy") before any name
// server hears of it.
//
// Error codes: "pin" (another certificate answered), "refused", "timeout", "dns", "proxy",
// "address" (not one of ours, e.g. http where a key is pinned), "too-large" (the answer), "private"
// (public_only, and it is not), "stopped" (a callback said so), "http" (all other trouble on the
// line). A status of 400 or 500 is not an error here: it is an answer. Errors name host and port,
// never path, header or body.
#pragma once

#include <variant>

#include "net/http.hpp"
#include "net/tls_identity.hpp"

namespace exhibit {

struct PinnedTo {
    TlsPin pin;
};  // https only, this key only
struct AnyCertificate {
};  // http or https; for `return`, where the server learns only a look-up name
// https with the system's authorities: time stamp services, calendars, web hooks
struct WebAuthorities {
    std::string file = {};  // PEM: these authorities instead of the system's
};
using ServerTrust = std::variant<PinnedTo, AnyCertificate, WebAuthorities>;

// Where a connection may go. `public_only` is for addresses that strangers name: what is not of the
// public internet is refused when it is about to be connected to, whatever a name server said
// before. Behind a proxy, which looks names up itself, only hosts written as numbers can be judged.
enum class Reach { anywhere, public_only };

struct ClientOptions {
    ServerTrust trust = PinnedTo{};
    Reach reach = Reach::anywhere;
    std::string socks5_proxy;  // "127.0.0.1:9050", empty for none; names are resolved by the proxy
    unsigned connect_timeout_ms = 15'000;
    unsigned total_timeout_ms = 0;  // 0: none; uploads may take hours
    // Slower than this for so long is a timeout.
    unsigned low_speed_bytes_per_second = 1;
    unsigned low_speed_seconds = 60;
    std::uint64_t send_bytes_per_second_max = 0;  // 0: as fast as it goes
    std::function<bool()> should_stop;            // asked at least once a second; code "stopped"
    WireRecord record;                            // tests only
};

// Fills the span, returns how many bytes; 0 at the end.
using BodySource = std::function<Result<std::size_t>(MutableBytes)>;
using BodyTarget = std::function<Outcome(ByteView)>;

struct HttpCall {
    std::string method = "GET";
    std::string url;
    HeaderFields headers;
    Bytes body;
    BodySource source;                           // instead of body
    std::optional<std::uint64_t> source_length;  // none: chunked
    std::size_t answer_limit_bytes = 1 << 20;    // of the body that is collected
    BodyTarget target;             // takes the body of a 2xx answer instead; no limit then
    bool expect_continue = false;  // ask before a body is sent
    std::optional<unsigned> total_timeout_ms;  // instead of the client's
    std::optional<unsigned> low_speed_bytes_per_second;
};

struct HttpAnswer {
    unsigned status = 0;
    HeaderFields headers;
    Bytes body;
    bool ok() const { return status >= 200 && status < 300; }
};

// One per thread. Connections are kept and used again.
class HttpClient {
public:
    static Result<HttpClient> create(ClientOptions options);
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;
    ~HttpClient();
    Result<HttpAnswer> send(HttpCall const& call);
    Result<HttpAnswer> get(std::string const& url);
    Result<HttpAnswer> post(std::string const& url, std::string const& content_type, ByteView body);

private:
    struct State;
    explicit HttpClient(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace exhibit
