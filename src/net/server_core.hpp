// What the coroutines of the server share. Included by server.cpp and connection.cpp only.
//
// One thread runs the io_context: all fields here are touched by it alone, unless they say
// otherwise. Handlers run in `workers`; run() and Later<T> carry their results back.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "net/server.hpp"
#include "net/tls_stream.hpp"

namespace exhibit {

namespace asio = boost::asio;

// A result that another thread will bring: shared by the coroutine that waits and the job that
// works.
template <typename T>
struct Promise {
    explicit Promise(asio::io_context& io) : wake(io, asio::steady_timer::time_point::max()) {}
    std::optional<T> result;
    asio::steady_timer wake;

    // On the thread of the io_context.
    void fulfil(T value) {
        if (!result.has_value()) result.emplace(std::move(value));
        wake.cancel();
    }
    asio::awaitable<void> wait() {
        while (!result.has_value()) {
            co_await wake.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }
};

struct Connection {
    Connection(TlsStream::Socket socket, WireRecord const* record, std::string from)
        : stream(std::move(socket), record), remote(std::move(from)) {}
    TlsStream stream;
    std::string remote;
    Bytes input;               // read and not yet used
    std::size_t used = 0;      // of input
    bool asks_nothing = true;  // no whole header yet, or between two requests: may make room
    bool counted = false;
    Ticks::time_point since = Ticks::now();  // it came, answered, or began a header
    std::weak_ptr<Promise<HttpResponse>>
        answer;  // of on_request_async; the server's end gives it up

    ByteView fresh() const { return ByteView(input).subspan(used); }
    void use(std::size_t n) {
        used += n;
        if (used == input.size()) {
            input.clear();
            used = 0;
        }
    }
};

struct HttpServer::Core : std::enable_shared_from_this<HttpServer::Core> {
    Core(HttpHandler& handle, ServerOptions given)
        : handler(handle),
          options(std::move(given)),
          workers(std::max(1u, options.limits.worker_threads)) {}

    HttpHandler& handler;
    ServerOptions options;
    TlsContext tls;  // null: plain HTTP
    asio::io_context io{1};
    asio::ip::tcp::acceptor acceptor{io};
    asio::steady_timer sweep_timer{io};
    asio::thread_pool workers;
    std::thread thread;
    std::uint16_t port = 0;
    bool stopping = false;
    std::set<Connection*> connections;  // alive as long as their coroutine, which takes them out
    std::map<std::string, std::size_t> per_address;
    std::size_t stranger_bytes = 0, public_case_bytes = 0;  // held of such bodies
    std::atomic<std::size_t> count{0};                      // for other threads

    // Runs f on a worker, and brings what it returns back to the thread of the io_context.
    template <typename F>
    auto start(F f) -> std::shared_ptr<Promise<std::invoke_result_t<F&>>> {
        auto promise = std::make_shared<Promise<std::invoke_result_t<F&>>>(io);
        asio::post(workers, [this, promise, f = std::move(f)]() mutable {
            auto value = std::make_shared<std::invoke_result_t<F&>>(f());
            asio::post(
                io, [promise = std::move(promise), value] { promise->fulfil(std::move(*value)); });
        });
        return promise;
    }
    // The same, and waits for it. f is named by the caller and stays with it: g++ 12.2 destroys a
    // closure twice that is made inside a co_await expression. The same goes for every argument
    // that owns something, so the coroutines here take references to named objects only.
    template <typename F>
    auto run(F& f) -> asio::awaitable<std::invoke_result_t<F&>> {
        auto promise = start([&f] { return f(); });
        co_await promise->wait();
        co_return std::move(*promise->result);
    }
};

}  // namespace exhibit
