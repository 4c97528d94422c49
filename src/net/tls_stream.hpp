// One connection as a coroutine reads and writes it: a socket, and TLS over it if there is an
// identity.
//
// OpenSSL works directly on the non-blocking socket; waiting is Asio's. Asio's own ssl::stream
// keeps four 17 KB buffers per connection for as long as it lives: with 10,000 idle ones that is
// 700 MB. Here the SSL object is made when the first record has come whole, and its buffers go
// while nothing moves.
//
// Included by server.cpp only. All of it runs on the one thread of the io_context.
#pragma once

// g++ 12 takes Asio's pair of operators new and delete of a coroutine frame for a mismatch when it
// has inlined one of them and not the other.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>

#include "net/http.hpp"
#include "net/tls_identity.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace exhibit {

using Ticks = std::chrono::steady_clock;

struct FreeTls {
    void operator()(ssl_st* ssl) const;
    void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, FreeTls>;
Result<TlsContext> make_server_context(TlsIdentity const& identity);

class TlsStream {
public:
    using Socket = boost::asio::ip::tcp::socket;
    template <typename T>
    using Later = boost::asio::awaitable<T>;

    TlsStream(Socket socket, WireRecord const* record)
        : socket_(std::move(socket)), record_(record) {}

    // Something can be read, or the line is dead (false).
    Later<bool> readable();
    Later<bool> handshake(ssl_ctx_st* context);
    // At least one byte, 0 when the other end has finished or the line is dead.
    Later<std::size_t> read_some(MutableBytes out);
    Later<bool> write_all(ByteView bytes);
    // Says goodbye, then reads away what still comes, so that an answer sent before the whole
    // request was read is not lost to a reset.
    Later<void> linger();

    // Ends all waiting at once. The descriptor stays ours until the coroutine lets go of it: were
    // it closed here, the next connection could get its number while OpenSSL still writes to it.
    void kill();
    bool dead() const { return dead_; }

    // The moments at which the sweeper kills the line. Waiting for the other end is bounded by
    // idle_limit each time; the phase as a whole by phase_deadline.
    Ticks::duration idle_limit{};
    Ticks::time_point wait_deadline = Ticks::time_point::max();
    Ticks::time_point phase_deadline = Ticks::time_point::max();
    bool overdue(Ticks::time_point now) const {
        return now >= wait_deadline || now >= phase_deadline;
    }

    // How the present body moves: bytes, and the time spent waiting for the other end only.
    struct Pace {
        std::uint64_t bytes = 0;
        Ticks::duration waited{};
    };
    Pace pace;
    std::uint64_t minimum_per_second = 0;
    Ticks::duration grace{};

private:
    Later<bool> wait(Socket::wait_type what);
    Later<bool> wait_for_first_record();
    bool too_slow() const;
    void note(Direction direction, ByteView bytes) const {
        if (record_ != nullptr && *record_) (*record_)(direction, bytes);
    }

    Socket socket_;
    std::unique_ptr<ssl_st, FreeTls> ssl_;
    WireRecord const* record_;  // the server's, which outlives its connections
    bool dead_ = false;
};

}  // namespace exhibit
