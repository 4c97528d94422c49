#include "net/connection.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace exhibit {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::buffer_body>;
template <typename T>
using Async = asio::awaitable<T>;
using Core = HttpServer::Core;

constexpr std::size_t header_read_bytes = 4096;
constexpr std::size_t body_buffer_bytes = 512 * 1024;  // two per streaming upload, none for others

std::chrono::milliseconds ms(unsigned n) { return std::chrono::milliseconds(n); }

HttpResponse closing(HttpResponse response) {
    response.close = true;
    return response;
}
HttpResponse closing(unsigned status) {
    return closing(HttpResponse::text(status, std::string(reason_phrase(status)) + "\n"));
}

// ---- writing ----

// A line break in a header would let whoever chose the value write the rest of the answer.
bool is_clean(HeaderFields const& headers) {
    for (auto const& [name, value] : headers) {
        for (char const c : name + value) {
            if (c == '\r' || c == '\n' || c == '\0') return false;
        }
    }
    return true;
}

bool has_length(unsigned status) { return status >= 200 && status != 204 && status != 304; }

std::string head_of(HttpResponse const& response, bool keep) {
    auto const reason =
        response.reason.empty() ? std::string(reason_phrase(response.status)) : response.reason;
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " + reason + "\r\n";
    for (auto const& [name, value] : response.headers) head += name + ": " + value + "\r\n";
    if (has_length(response.status) && !response.headers.has("Content-Length")) {
        auto const size = response.file.has_value() ? response.file->length : response.body.size();
        head += "Content-Length: " + std::to_string(size) + "\r\n";
    }
    if (!keep) head += "Connection: close\r\n";
    return head + "\r\n";
}

struct Piece {
    Bytes bytes;
    bool ok = true;
};

Piece read_piece(int fd, std::uint64_t offset, std::size_t size) {
    Piece piece{Bytes(size), true};
    std::size_t got = 0;
    while (got < size) {
        auto const n =
            ::pread(fd, piece.bytes.data() + got, size - got, static_cast<off_t>(offset + got));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            piece.ok = false;
            break;
        }
        got += static_cast<std::size_t>(n);
    }
    return piece;
}

// The head has promised file.length bytes: whatever fails now can only be told by hanging up.
Async<bool> send_file(Core& core, Connection& c, FileBody const& file, Descriptor const& fd) {
    for (std::uint64_t sent = 0; sent < file.length;) {
        auto const size = static_cast<std::size_t>(
            std::min<std::uint64_t>(body_buffer_bytes, file.length - sent));
        auto const work = [&] { return read_piece(fd.get(), file.offset + sent, size); };
        auto const piece = co_await core.run(work);
        if (!piece.ok || !co_await c.stream.write_all(piece.bytes)) co_return false;
        sent += size;
    }
    co_return true;
}

// False when the connection cannot be used for another request.
Async<bool> send(Core& core, Connection& c, HttpResponse& response, bool head_only, bool keep) {
    if (!is_clean(response.headers)) response = closing(500);
    Descriptor fd;
    if (response.file.has_value() && !head_only) {
        auto const work = [&] { return open_for_reading(response.file->path); };
        auto opened = co_await core.run(work);
        if (opened.ok())
            fd = opened.take();
        else
            response = closing(404);
    }
    keep = keep && !response.close && !core.stopping;
    c.stream.pace = {};
    c.stream.phase_deadline = Ticks::time_point::max();
    auto head = head_of(response, keep);
    // One write for head and small body: one packet, one TLS record.
    bool const body_too = !head_only && !response.file.has_value() && has_length(response.status);
    if (body_too && response.body.size() <= header_read_bytes) head += as_text(response.body);
    if (!co_await c.stream.write_all(as_bytes(head))) co_return false;
    if (body_too && response.body.size() > header_read_bytes) {
        if (!co_await c.stream.write_all(response.body)) co_return false;
    }
    if (fd.is_open() && !co_await send_file(core, c, *response.file, fd)) {
        c.stream.kill();
        co_return false;
    }
    co_return keep;
}

Async<bool> refuse(Core& core, Connection& c, unsigned status, bool head_only = false) {
    auto response = closing(status);
    co_return co_await send(core, c, response, head_only, false);
}

// ---- reading ----

Async<bool> read_more(Connection& c, std::size_t room) {
    if (c.used > 0) {
        c.input.erase(c.input.begin(), c.input.begin() + static_cast<std::ptrdiff_t>(c.used));
        c.used = 0;
    }
    auto const before = c.input.size();
    c.input.resize(before + room);
    auto const got = co_await c.stream.read_some(MutableBytes(c.input).subspan(before));
    c.input.resize(before + got);
    co_return got > 0;
}

// 0: the header is there. Else the status to refuse with; 1 when there is nobody to tell.
Async<unsigned> read_header(Core& core, Connection& c, Parser& parser) {
    auto const limit = core.options.limits.header_bytes;
    parser.header_limit(static_cast<std::uint32_t>(limit));
    parser.body_limit(boost::none);
    parser.eager(false);
    while (!parser.is_header_done()) {
        if (c.fresh().empty() && !co_await read_more(c, header_read_bytes)) co_return 1;
        boost::system::error_code error;
        auto const fresh = c.fresh();
        c.use(parser.put(asio::const_buffer(fresh.data(), fresh.size()), error));
        if (error == http::error::header_limit) co_return 431;
        if (error && error != http::error::need_more) co_return 400;
        if (parser.is_header_done()) break;
        if (c.fresh().size() > limit) co_return 431;
        if (error && !co_await read_more(c, header_read_bytes)) co_return 1;
    }
    co_return 0;
}

// What Beast lets pass and two servers in a row might read in two ways (request smuggling).
unsigned doubtful(Parser const& parser, HttpRequest const& request) {
    auto const& message = parser.get();
    if (message.version() != 11 && message.version() != 10) return 400;
    if (message.version() == 11 && !request.headers.has("Host")) return 400;
    if (request.headers.repeated("Host") || request.headers.repeated("Content-Length") ||
        request.headers.repeated("Transfer-Encoding"))
        return 400;
    if (request.headers.has("Transfer-Encoding") &&
        (!request.chunked || request.headers.has("Content-Length")))
        return 400;
    if (request.target.empty() || (request.target[0] != '/' && request.target != "*")) return 400;
    auto const expect = request.headers.find("Expect");
    if (expect.has_value() && !same_field_name(*expect, "100-continue")) return 417;
    return 0;
}

HttpRequest request_of(Parser const& parser, std::string const& remote) {
    auto const& message = parser.get();
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (auto const& field : message)
        request.headers.add(std::string(field.name_string()), std::string(field.value()));
    request.chunked = parser.chunked();
    if (auto const length = parser.content_length(); length && !request.chunked)
        request.content_length = *length;
    request.remote = remote;
    return request;
}

// The body of one request, whatever its framing.
class BodyReader {
public:
    BodyReader(Connection& c, Parser& parser, HttpRequest const& request)
        : c_(c),
          parser_(parser),
          chunked_(request.chunked),
          left_(request.content_length.value_or(0)) {}

    bool ended() const { return chunked_ ? parser_.is_done() : left_ == 0; }
    bool broken() const { return broken_; }

    // Fills `out` unless the body ends or the line breaks before.
    Async<std::size_t> read(MutableBytes out) {
        std::size_t got = 0;
        while (got < out.size() && !ended() && !broken_) {
            auto const rest = out.subspan(got);
            if (chunked_)
                got += co_await read_chunked(rest);
            else
                got += co_await read_plain(rest);
        }
        co_return got;
    }

private:
    // Straight from the line into the caller's buffer.
    Async<std::size_t> read_plain(MutableBytes out) {
        auto const want =
            out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left_)));
        std::size_t got = 0;
        if (auto const fresh = c_.fresh(); !fresh.empty()) {
            got = std::min(fresh.size(), want.size());
            std::copy_n(fresh.begin(), got, want.begin());
            c_.use(got);
        } else {
            got = co_await c_.stream.read_some(want);
            broken_ = got == 0;
        }
        left_ -= got;
        co_return got;
    }

    Async<std::size_t> read_chunked(MutableBytes out) {
        if (c_.fresh().empty() && !co_await read_more(c_, 64 * 1024)) {
            broken_ = true;
            co_return 0;
        }
        auto& body = parser_.get().body();
        body.data = out.data();
        body.size = out.size();
        body.more = true;
        boost::system::error_code error;
        auto const fresh = c_.fresh();
        auto const used = parser_.put(asio::const_buffer(fresh.data(), fresh.size()), error);
        c_.use(used);
        auto const got = out.size() - body.size;
        if (error == http::error::need_more && used == 0 && got == 0) {
            // A chunk header in pieces. It is short; who sends a long one is not a friend.
            if (c_.fresh().size() > 16 * 1024 || !co_await read_more(c_, header_read_bytes))
                broken_ = true;
        } else if (error && error != http::error::need_more && error != http::error::need_buffer) {
            broken_ = true;
        }
        co_return got;
    }

    Connection& c_;
    Parser& parser_;
    bool chunked_;
    std::uint64_t left_;
    bool broken_ = false;
};

Async<bool> say_continue(Connection& c, HttpRequest const& request) {
    if (!request.headers.has("Expect") || !request.has_body() || !c.fresh().empty()) co_return true;
    co_return co_await c.stream.write_all(as_bytes("HTTP/1.1 100 Continue\r\n\r\n"));
}

// ---- the three ways of a request ----

// Two buffers: while a worker writes one, the other fills.
Async<bool> stream_into(Core& core, Connection& c, BodyReader& body, BodySink& sink, bool keep) {
    Bytes filling(body_buffer_bytes), writing(body_buffer_bytes);
    std::shared_ptr<Promise<Outcome>> pending;
    bool sink_ok = true;
    while (sink_ok && !body.ended() && !body.broken()) {
        auto const got = co_await body.read(filling);
        if (pending != nullptr) {
            co_await pending->wait();
            sink_ok = pending->result->ok();
            pending.reset();
        }
        if (!sink_ok || got == 0) continue;
        std::swap(filling, writing);
        pending =
            core.start([&sink, bytes = ByteView(writing).first(got)] { return sink.write(bytes); });
        co_await asio::post(core.io, asio::use_awaitable);  // let the others have a turn
    }
    if (pending != nullptr) {
        co_await pending->wait();
        sink_ok = sink_ok && pending->result->ok();
    }
    bool const complete = sink_ok && body.ended() && !body.broken();
    auto const work = [&] { return sink.finish(complete); };
    auto answer = co_await core.run(work);
    if (body.broken()) co_return false;
    co_return co_await send(core, c, answer, false, keep && complete);
}

// The reply may come from any thread, late, twice or never.
Reply reply_for(std::shared_ptr<Core> core, std::shared_ptr<Promise<HttpResponse>> promise) {
    // Destroyed in reverse order: the promise's timer needs the io_context.
    struct Target {
        std::shared_ptr<Core> core;
        std::shared_ptr<Promise<HttpResponse>> promise;
    };
    auto target = std::make_shared<Target>(Target{std::move(core), std::move(promise)});
    return [target](HttpResponse response) {
        auto value = std::make_shared<HttpResponse>(std::move(response));
        // Not the target: what is posted after the end stays in the io_context, which would then
        // own itself.
        asio::post(target->core->io,
                   [promise = target->promise, value] { promise->fulfil(std::move(*value)); });
    };
}

Async<bool> ask_handler(Core& core, Connection& c, HttpRequest& request, bool keep) {
    auto promise = std::make_shared<Promise<HttpResponse>>(core.io);
    bool const head_only = request.method == "HEAD";
    c.answer = promise;
    c.stream.phase_deadline = Ticks::now() + ms(core.options.limits.answer_timeout_ms);
    auto reply = reply_for(core.shared_from_this(), promise);
    auto const work = [&] {
        core.handler.on_request_async(std::move(request), std::move(reply));
        return true;
    };
    co_await core.run(work);
    while (!promise->result.has_value() && !c.stream.dead() && !core.stopping) {
        co_await promise->wake.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (!promise->result.has_value() || c.stream.dead()) co_return false;
    co_return co_await send(core, c, *promise->result, head_only, keep);
}

// What a body holds of the room that all of its kind share.
class SharedRoom {
public:
    static constexpr std::size_t free_bytes = 16 * 1024;
    SharedRoom(Core& core, ReadWholeBody::Room room) {
        if (room == ReadWholeBody::Room::own) return;
        bool const strangers = room == ReadWholeBody::Room::strangers;
        auto const& limits = core.options.limits;
        used_ = strangers ? &core.stranger_bytes : &core.public_case_bytes;
        most_ = strangers ? limits.stranger_bytes : limits.public_case_bytes;
    }
    SharedRoom(SharedRoom const&) = delete;
    ~SharedRoom() {
        if (used_ != nullptr) *used_ -= held_;
    }
    bool grow_to(std::size_t size) {
        auto const wanted = size > free_bytes ? size : 0;
        if (used_ == nullptr || wanted <= held_) return true;
        if (*used_ + (wanted - held_) > most_) return false;
        *used_ += wanted - held_;
        held_ = wanted;
        return true;
    }

private:
    std::size_t* used_ = nullptr;
    std::size_t most_ = 0, held_ = 0;
};

Async<bool> read_whole(Core& core, Connection& c, BodyReader& body, HttpRequest& request,
                       ReadWholeBody const& how, bool keep) {
    auto const limit = std::min(how.limit_bytes, core.options.limits.whole_body_bytes);
    if (request.content_length.value_or(0) > limit) co_return co_await refuse(core, c, 413);
    if (!co_await say_continue(c, request)) co_return false;
    SharedRoom room(core, how.room);
    c.asks_nothing = how.unproven;
    while (!body.ended()) {
        auto const before = request.body.size();
        auto const piece = std::clamp<std::size_t>(before, SharedRoom::free_bytes, 64 * 1024);
        auto const announced = request.content_length.value_or(limit + 1);
        auto const next = std::min<std::size_t>({before + piece, announced, limit + 1});
        if (!room.grow_to(next)) co_return co_await refuse(core, c, 503);
        request.body.resize(next);
        auto const got = co_await body.read(MutableBytes(request.body).subspan(before));
        request.body.resize(before + got);
        if (body.broken()) co_return false;
        if (request.body.size() > limit) co_return co_await refuse(core, c, 413);
    }
    c.asks_nothing = false;
    co_return co_await ask_handler(core, c, request, keep);
}

// True when another request may follow.
Async<bool> serve_request(Core& core, Connection& c) {
    Parser parser;
    auto const refused = co_await read_header(core, c, parser);
    c.asks_nothing = false;
    if (refused == 1) co_return false;
    if (refused != 0) co_return co_await refuse(core, c, refused);
    auto request = request_of(parser, c.remote);
    bool const keep = parser.keep_alive();
    bool const head_only = request.method == "HEAD";
    if (auto const status = doubtful(parser, request); status != 0) {
        co_return co_await refuse(core, c, status, head_only);
    }
    c.stream.phase_deadline = Ticks::time_point::max();
    c.stream.pace = {};
    auto const work = [&] { return core.handler.on_headers(request); };
    auto what = co_await core.run(work);
    BodyReader body(c, parser, request);
    if (auto* answer = std::get_if<HttpResponse>(&what)) {
        // A body that nobody reads stands between this request and the next.
        co_return co_await send(core, c, *answer, head_only, keep && !request.has_body());
    }
    if (auto* whole = std::get_if<ReadWholeBody>(&what)) {
        co_return co_await read_whole(core, c, body, request, *whole, keep);
    }
    auto sink = std::move(std::get<std::unique_ptr<BodySink>>(what));
    VERIFY(sink != nullptr);
    // From here on finish() must be called, whatever happens; stream_into sees to it.
    co_await say_continue(c, request);
    bool const again = co_await stream_into(core, c, body, *sink, keep);
    // A sink may give up a lock or close a file: not on this thread.
    auto const let_go = [&] {
        sink.reset();
        return true;
    };
    co_await core.run(let_go);
    co_return again;
}

}  // namespace

asio::awaitable<void> serve_connection(Core& core, Connection& c) {
    auto const& limits = core.options.limits;
    c.stream.idle_limit = ms(limits.idle_timeout_ms);
    c.stream.minimum_per_second = limits.minimum_bytes_per_second;
    c.stream.grace = ms(limits.rate_grace_ms);
    c.stream.phase_deadline = Ticks::now() + ms(limits.header_timeout_ms);
    if (!co_await c.stream.readable()) co_return;
    if (core.tls != nullptr && !co_await c.stream.handshake(core.tls.get())) co_return;
    for (bool again = true; again && !core.stopping;) {
        c.stream.pace = {};
        c.stream.phase_deadline = Ticks::time_point::max();
        c.asks_nothing = true;
        c.since = Ticks::now();
        if (c.fresh().empty()) {
            c.input = Bytes();  // gives the memory back
            if (!co_await c.stream.readable()) co_return;
            c.since = Ticks::now();
        }
        c.stream.pace = {};
        c.stream.phase_deadline = Ticks::now() + ms(limits.header_timeout_ms);
        again = co_await serve_request(core, c);
    }
    c.asks_nothing = true;
    c.stream.idle_limit = std::chrono::seconds(2);
    c.stream.phase_deadline = Ticks::now() + std::chrono::seconds(5);
    c.stream.pace = {};
    co_await c.stream.linger();
}

}  // namespace exhibit
