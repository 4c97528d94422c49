#include "net/client.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <cstring>

#include "base/random.hpp"
#include "crypto/hash.hpp"
#include "net/proxy.hpp"
#include "net/public_address.hpp"

namespace exhibit {
namespace {

struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;
using List = std::unique_ptr<curl_slist, FreeList>;

constexpr std::size_t header_limit_bytes = 64 * 1024;
constexpr long transfer_buffer_bytes = 512 * 1024;
// Through Tor a circuit is built first, which takes seconds where a direct line takes a tenth.
constexpr unsigned proxy_patience = 3;

// curl_global_init is not thread-safe by itself; a function-local static is.
bool library_is_ready() {
    static bool const ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return ready;
}

// Host and port, and nothing else: paths hold case names and capabilities.
std::string place_of(std::string const& url) {
    auto const scheme = url.find("://");
    auto const begin = scheme == std::string::npos ? 0 : scheme + 3;
    auto const end = std::min(url.find_first_of("/?#", begin), url.size());
    auto const at = url.rfind('@', end);
    auto const host = at != std::string::npos && at >= begin ? at + 1 : begin;
    return url.substr(host, end - host);
}

// What the callbacks of one call share.
struct Exchange {
    HttpCall const& call;
    HttpAnswer answer;
    std::size_t header_bytes = 0;
    std::size_t body_sent = 0;  // of call.body
    std::optional<Error> stopped;
    bool too_large = false;
    bool not_public = false;
    WireRecord const* record = nullptr;
    std::function<bool()> const* should_stop = nullptr;
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ' ||
                             text.back() == '\t')) {
        text.remove_suffix(1);
    }
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    return text;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* given) {
    auto& exchange = *static_cast<Exchange*>(given);
    std::string_view const line(data, size);
    exchange.header_bytes += size;
    if (exchange.header_bytes > header_limit_bytes) {
        exchange.too_large = true;
        return 0;
    }
    // A new status line: what came before belonged to "100 Continue" or to the proxy.
    if (line.starts_with("HTTP/")) {
        exchange.answer.headers = {};
        auto const space = line.find(' ');
        exchange.answer.status = 0;
        for (std::size_t i = space + 1;
             space != std::string_view::npos && i < line.size() && i < space + 4; ++i) {
            if (line[i] < '0' || line[i] > '9') break;
            exchange.answer.status =
                exchange.answer.status * 10 + static_cast<unsigned>(line[i] - '0');
        }
    } else if (auto const colon = line.find(':'); colon != std::string_view::npos) {
        exchange.answer.headers.add(std::string(line.substr(0, colon)),
                                    std::string(trimmed(line.substr(colon + 1))));
    }
    return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* given) {
    auto& exchange = *static_cast<Exchange*>(given);
    ByteView const bytes(reinterpret_cast<Byte const*>(data), size);
    if (exchange.call.target && exchange.answer.ok()) {
        auto taken = exchange.call.target(bytes);
        if (taken.ok()) return size;
        exchange.stopped = taken.take_error();
        return 0;
    }
    if (exchange.answer.body.size() + size > exchange.call.answer_limit_bytes) {
        exchange.too_large = true;
        return 0;
    }
    append(exchange.answer.body, bytes);
    return size;
}

std::size_t on_read(char* out, std::size_t, std::size_t size, void* given) {
    auto& exchange = *static_cast<Exchange*>(given);
    MutableBytes const room(reinterpret_cast<Byte*>(out), size);
    if (exchange.call.source) {
        auto got = exchange.call.source(room);
        if (got.ok()) return got.value();
        exchange.stopped = got.take_error();
        return CURL_READFUNC_ABORT;
    }
    auto const n = std::min(size, exchange.call.body.size() - exchange.body_sent);
    if (n > 0) std::memcpy(out, exchange.call.body.data() + exchange.body_sent, n);
    exchange.body_sent += n;
    return n;
}

int on_progress(void* given, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& exchange = *static_cast<Exchange*>(given);
    if (!(*exchange.should_stop)()) return 0;
    exchange.stopped = world_error("it was interrupted").coded("stopped");
    return 1;
}

// curl rewinds when a kept connection turns out dead after the first bytes went out.
int on_seek(void* given, curl_off_t offset, int origin) {
    auto& exchange = *static_cast<Exchange*>(given);
    if (exchange.call.source || origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_FAIL;
    if (static_cast<std::size_t>(offset) > exchange.call.body.size()) return CURL_SEEKFUNC_FAIL;
    exchange.body_sent = static_cast<std::size_t>(offset);
    return CURL_SEEKFUNC_OK;
}

// The last moment before a connection: here the address is a number, and stays it.
curl_socket_t on_open(void* given, curlsocktype, curl_sockaddr* address) {
    if (!is_public_address(address->addr)) {
        static_cast<Exchange*>(given)->not_public = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int on_debug(CURL*, curl_infotype kind, char* data, std::size_t size, void* given) {
    auto const& record = *static_cast<Exchange*>(given)->record;
    ByteView const bytes(reinterpret_cast<Byte const*>(data), size);
    if (kind == CURLINFO_HEADER_IN || kind == CURLINFO_DATA_IN) record(Direction::received, bytes);
    if (kind == CURLINFO_HEADER_OUT || kind == CURLINFO_DATA_OUT) record(Direction::sent, bytes);
    return 0;
}

char const* code_of(CURLcode code) {
    switch (code) {
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        case CURLE_PEER_FAILED_VERIFICATION: return "pin";
        case CURLE_COULDNT_CONNECT: return "refused";
        case CURLE_OPERATION_TIMEDOUT: return "timeout";
        case CURLE_COULDNT_RESOLVE_HOST: return "dns";
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL: return "address";
        case CURLE_PROXY:
        case CURLE_COULDNT_RESOLVE_PROXY: return "proxy";
        default: return "http";
    }
}

// The host alone, without port: "[::1]", "ana.example".
std::string host_of(std::string const& place) {
    if (place.starts_with('[')) return place.substr(0, place.find(']') + 1);
    return place.substr(0, place.find(':'));
}

// Whoever carries the proxy's answers sees who was asked for; so does this error, and nobody else.
Error proxy_error(CURLcode code, std::string const& place, std::string const& proxy) {
    if (code == CURLE_PROXY) {
        return world_error("the proxy cannot reach it").at(place).coded("refused");
    }
    return world_error("the proxy does not answer")
        .at(proxy)
        .still_safe("without the proxy no connection is made")
        .hint("start it (Tor: systemctl start tor), or name the right one with --proxy")
        .coded("proxy");
}

Error not_public_error(std::string const& place) {
    return bad_input("this address is not of the public internet").at(place).coded("private");
}

Error error_of(CURLcode code, Exchange& exchange, ClientOptions const& options) {
    auto const& proxy = options.socks5_proxy;
    auto const place = place_of(exchange.call.url);
    if (exchange.stopped.has_value()) return *std::move(exchange.stopped);
    if (exchange.not_public) return not_public_error(place);
    if (exchange.too_large)
        return world_error("the answer is too large").at(place).coded("too-large");
    bool const at_proxy =
        code == CURLE_PROXY || code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_COULDNT_CONNECT;
    if (!proxy.empty() && at_proxy) return proxy_error(code, place, proxy);
    std::string_view const word = code_of(code);
    if (word == "pin" && std::holds_alternative<WebAuthorities>(options.trust))
        return world_error("no authority vouches for its certificate").at(place).coded("pin");
    if (word == "pin") {
        return world_error("another key answered than the invitation names")
            .at(place)
            .coded("pin")
            .hint(
                "somebody may be listening in, or the server was set up anew: ask its operator for "
                "a new invitation");
    }
    return world_error(curl_easy_strerror(code)).at(place).coded(code_of(code));
}

Result<List> list_of(HttpCall const& call, bool has_body) {
    List list;
    auto const add = [&list](std::string const& line) {
        auto* const grown = curl_slist_append(list.get(), line.c_str());
        VERIFY(grown != nullptr);
        static_cast<void>(list.release());
        list.reset(grown);
    };
    for (auto const& [name, value] : call.headers) {
        if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
            return wrong_use("a header field holds a line break").coded("header");
        }
        // "Name;" is how curl is told of a field without value.
        add(value.empty() ? name + ";" : name + ": " + value);
    }
    // An empty "Expect:" keeps curl from asking, which costs a second where a server does not
    // answer.
    if (has_body) add(call.expect_continue ? "Expect: 100-continue" : "Expect:");
    if (!call.headers.has("Accept")) add("Accept:");
    if (has_body && !call.headers.has("Content-Type")) add("Content-Type:");
    return list;
}

template <typename T>
void set(CURL* handle, CURLoption option, T value) {
    VERIFY(curl_easy_setopt(handle, option, value) == CURLE_OK);
}

void set_trust(CURL* handle, ServerTrust const& trust) {
    bool const web = std::holds_alternative<WebAuthorities>(trust);
    // A pinned key needs no authority to vouch for it, and no name: the invitation did both.
    set(handle, CURLOPT_SSL_VERIFYPEER, web ? 1L : 0L);
    set(handle, CURLOPT_SSL_VERIFYHOST, web ? 2L : 0L);
    if (auto const* known = std::get_if<WebAuthorities>(&trust); known && !known->file.empty())
        set(handle, CURLOPT_CAINFO, known->file.c_str());
    set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(handle, CURLOPT_PROTOCOLS_STR,
        std::holds_alternative<AnyCertificate>(trust) ? "http,https" : "https");
    if (auto const* pinned = std::get_if<PinnedTo>(&trust)) {
        set(handle, CURLOPT_PINNEDPUBLICKEY, pinned->pin.c_str());
    }
}

// Tor puts streams with other SOCKS credentials on other circuits (IsolateSOCKSAuth, on by
// default): a relay that sees one guardian asked does not see that the same person asks the next
// one. A proxy that wants no password passes over them. New in every process.
std::string isolation_of(std::string const& place) {
    static auto const process = SystemRandom().bytes<16>();
    Hash hash(HashKind::sha256);
    hash.update(process);
    hash.update(as_bytes(place));
    return to_hex(hash.finish()).substr(0, 32);
}

void set_proxy(CURL* handle, ClientOptions const& options, std::string const& url) {
    // An empty string switches off the proxy that the environment may name.
    auto const proxy =
        options.socks5_proxy.empty() ? std::string() : "socks5h://" + options.socks5_proxy;
    set(handle, CURLOPT_PROXY, proxy.c_str());
    set(handle, CURLOPT_NOPROXY, "");
    if (proxy.empty()) return;
    set(handle, CURLOPT_PROXYUSERNAME, "exhibit");
    set(handle, CURLOPT_PROXYPASSWORD, isolation_of(place_of(url)).c_str());
    set(handle, CURLOPT_SOCKS5_AUTH, static_cast<long>(CURLAUTH_BASIC));
}

void set_transport(CURL* handle, ClientOptions const& options) {
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(handle, CURLOPT_FOLLOWLOCATION, 0L);
    set(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(handle, CURLOPT_TCP_NODELAY, 1L);
    // Only speed: curl refuses these two while it still tidies up after a call that failed.
    static_cast<void>(curl_easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, transfer_buffer_bytes));
    static_cast<void>(curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, transfer_buffer_bytes));
    auto const patience = options.socks5_proxy.empty() ? 1L : long{proxy_patience};
    set(handle, CURLOPT_CONNECTTIMEOUT_MS, patience * options.connect_timeout_ms);
    set(handle, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(options.low_speed_bytes_per_second));
    if (options.send_bytes_per_second_max > 0) {
        set(handle, CURLOPT_MAX_SEND_SPEED_LARGE,
            static_cast<curl_off_t>(options.send_bytes_per_second_max));
    }
    set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.low_speed_seconds));
}

void set_callbacks(CURL* handle, Exchange& exchange) {
    set(handle, CURLOPT_HEADERFUNCTION, on_header);
    set(handle, CURLOPT_HEADERDATA, &exchange);
    set(handle, CURLOPT_WRITEFUNCTION, on_body);
    set(handle, CURLOPT_WRITEDATA, &exchange);
    set(handle, CURLOPT_READFUNCTION, on_read);
    set(handle, CURLOPT_READDATA, &exchange);
    set(handle, CURLOPT_SEEKFUNCTION, on_seek);
    set(handle, CURLOPT_SEEKDATA, &exchange);
    if (exchange.should_stop != nullptr && *exchange.should_stop) {
        set(handle, CURLOPT_NOPROGRESS, 0L);
        set(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
        set(handle, CURLOPT_XFERINFODATA, &exchange);
    }
    if (exchange.record == nullptr || !*exchange.record) return;
    set(handle, CURLOPT_VERBOSE, 1L);
    set(handle, CURLOPT_DEBUGFUNCTION, on_debug);
    set(handle, CURLOPT_DEBUGDATA, &exchange);
}

void set_method(CURL* handle, HttpCall const& call, bool has_body) {
    if (call.method == "HEAD") {
        set(handle, CURLOPT_NOBODY, 1L);
        return;
    }
    if (has_body) {
        set(handle, CURLOPT_UPLOAD, 1L);
        curl_off_t const size =
            call.source ? (call.source_length ? static_cast<curl_off_t>(*call.source_length) : -1)
                        : static_cast<curl_off_t>(call.body.size());
        set(handle, CURLOPT_INFILESIZE_LARGE, size);
    }
    set(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
}

}  // namespace

struct HttpClient::State {
    ClientOptions options;
    Handle handle;
};

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpClient> HttpClient::create(ClientOptions options) {
    if (auto const* pinned = std::get_if<PinnedTo>(&options.trust)) TRY(check_pin(pinned->pin));
    auto state = std::make_unique<State>();
    state->options = std::move(options);
    if (library_is_ready()) state->handle.reset(curl_easy_init());
    if (state->handle == nullptr)
        return world_error("the HTTP library does not start").coded("http");
    return HttpClient(std::move(state));
}

Result<HttpAnswer> HttpClient::send(HttpCall const& call) {
    CURL* const handle = state_->handle.get();
    bool const has_body = call.source || !call.body.empty() || call.method == "POST" ||
                          call.method == "PUT" || call.method == "PATCH";
    if (call.url.find('\0') != std::string::npos)
        return wrong_use("an address holds a zero byte").coded("http");
    auto const& proxy = state_->options.socks5_proxy;
    if (proxy.empty() && is_onion(host_of(place_of(call.url)))) {
        return wrong_use("an .onion address is reached through Tor only")
            .at(place_of(call.url))
            .hint("start Tor and say  --proxy socks5://127.0.0.1:9050")
            .coded("proxy");
    }
    auto const headers = TRY(list_of(call, has_body));
    Exchange exchange{.call = call,
                      .answer = {},
                      .stopped = {},
                      .record = &state_->options.record,
                      .should_stop = &state_->options.should_stop};
    curl_easy_reset(handle);  // keeps connections
    set_trust(handle, state_->options.trust);
    set_transport(handle, state_->options);
    if (call.low_speed_bytes_per_second)
        set(handle, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(*call.low_speed_bytes_per_second));
    set_proxy(handle, state_->options, call.url);
    set_callbacks(handle, exchange);
    set_method(handle, call, has_body);
    set(handle, CURLOPT_URL, call.url.c_str());
    if (state_->options.reach == Reach::public_only) {
        if (!may_be_public_host(host_of(place_of(call.url))))
            return not_public_error(place_of(call.url));
        // The socket to a proxy is ours; where the proxy goes is for the proxy to refuse.
        if (proxy.empty()) {
            set(handle, CURLOPT_OPENSOCKETFUNCTION, on_open);
            set(handle, CURLOPT_OPENSOCKETDATA, &exchange);
        }
    }
    set(handle, CURLOPT_HTTPHEADER, headers.get());
    auto const total = call.total_timeout_ms.value_or(state_->options.total_timeout_ms);
    auto const patience = proxy.empty() ? 1L : long{proxy_patience};
    set(handle, CURLOPT_TIMEOUT_MS, patience * total);
    auto const code = curl_easy_perform(handle);
    // The handle must not keep pointers into this call.
    curl_easy_reset(handle);
    if (code != CURLE_OK) return error_of(code, exchange, state_->options);
    return std::move(exchange.answer);
}

Result<HttpAnswer> HttpClient::get(std::string const& url) {
    HttpCall call;
    call.url = url;
    return send(call);
}

Result<HttpAnswer> HttpClient::post(std::string const& url, std::string const& content_type,
                                    ByteView body) {
    HttpCall call;
    call.method = "POST";
    call.url = url;
    call.headers.add("Content-Type", content_type);
    call.body = to_bytes(body);
    return send(call);
}

}  // namespace exhibit
