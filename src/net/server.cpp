// Accepting, counting, sweeping, stopping. What happens on a connection is in connection.cpp.
#include "net/server.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "net/connection.hpp"
#include "net/server_core.hpp"

namespace exhibit {
namespace {

constexpr auto sweep_every = std::chrono::milliseconds(100);
constexpr auto tuple = asio::as_tuple(asio::use_awaitable);

// asio does not ask for it: a program that this one begins would hold the port and all lines.
void keep_from_children(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

// Each connection is a descriptor, and what is asked on them opens files: three quarters of what
// this process may open are for connections. Many systems begin a program with 1,024 and let it
// ask for more.
std::size_t connections_within(std::size_t wanted) {
    rlimit descriptors{};
    if (getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return wanted;
    auto const needed = static_cast<rlim_t>(wanted) * 4 / 3 + 1;
    if (descriptors.rlim_cur < needed) {
        auto more = descriptors;
        more.rlim_cur = std::min(needed, descriptors.rlim_max);
        if (setrlimit(RLIMIT_NOFILE, &more) == 0) descriptors = more;
    }
    return std::min(wanted, static_cast<std::size_t>(descriptors.rlim_cur / 4 * 3));
}

// Whoever has one address of IPv6 has 2^64 of them: a network counts as one. So does an IPv4
// address in IPv6's clothes.
std::string counted_as(asio::ip::address const& address) {
    if (!address.is_v6() || address.is_loopback()) return address.to_string();
    auto bytes = address.to_v6().to_bytes();
    if (address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return asio::ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace

struct HttpServer::Life {
    // Room for a newcomer, if need be by dropping whoever has been without a whole request for
    // longest: ten thousand that are silent, or say their headers a byte a second, must not lock
    // out the one that has something to say.
    static bool make_room(Core& core) {
        if (core.connections.size() < core.options.limits.connections) return true;
        Connection* oldest = nullptr;
        for (auto* connection : core.connections) {
            if (!connection->asks_nothing || connection->stream.dead()) continue;
            if (oldest == nullptr || connection->since < oldest->since) oldest = connection;
        }
        // The victim's place is free as soon as its coroutine has seen it; a few too many do no
        // harm, but they must not pile up.
        if (oldest == nullptr || core.connections.size() > core.options.limits.connections + 64)
            return false;
        oldest->stream.kill();
        return true;
    }

    static bool admit(Core& core, Connection& connection, bool loopback) {
        auto const limit = core.options.limits.connections_per_address;
        if (!make_room(core)) return false;
        if (limit == 0 || (loopback && !core.options.limits.count_loopback)) return true;
        if (core.per_address[connection.remote] >= limit) return false;
        ++core.per_address[connection.remote];
        connection.counted = true;
        return true;
    }

    static void forget(Core& core, Connection& connection) {
        core.connections.erase(&connection);
        core.count = core.connections.size();
        if (!connection.counted) return;
        auto const found = core.per_address.find(connection.remote);
        if (--found->second == 0) core.per_address.erase(found);
    }

    static asio::awaitable<void> live(Core& core, TlsStream::Socket socket) {
        boost::system::error_code error;
        auto const remote = socket.remote_endpoint(error);
        if (error) co_return;
        socket.set_option(asio::ip::tcp::no_delay(true), error);
        socket.non_blocking(true, error);
        Connection connection(std::move(socket), &core.options.record,
                              counted_as(remote.address()));
        // Too many: closed without a word, since a word would cost a handshake.
        if (core.stopping || !admit(core, connection, remote.address().is_loopback())) co_return;
        core.connections.insert(&connection);
        core.count = core.connections.size();
        // The library throws when memory runs out; that ends one connection, not the server.
        try {
            co_await serve_connection(core, connection);
        } catch (std::exception const&) { connection.stream.kill(); }
        forget(core, connection);
    }

    static asio::awaitable<void> accept(Core& core) {
        while (!core.stopping) {
            auto [error, socket] = co_await core.acceptor.async_accept(tuple);
            if (core.stopping) break;
            if (error) {
                // Out of descriptors: asking again at once would spin.
                asio::steady_timer pause(core.io, std::chrono::milliseconds(50));
                co_await pause.async_wait(tuple);
                continue;
            }
            keep_from_children(socket.native_handle());
            asio::co_spawn(core.io, live(core, std::move(socket)), asio::detached);
        }
    }

    static asio::awaitable<void> sweep(Core& core) {
        while (!core.stopping) {
            core.sweep_timer.expires_after(sweep_every);
            co_await core.sweep_timer.async_wait(tuple);
            auto const now = Ticks::now();
            for (auto* connection : core.connections) {
                if (!connection->stream.overdue(now)) continue;
                connection->stream.kill();
                if (auto const answer = connection->answer.lock()) answer->wake.cancel();
            }
        }
    }

    static void end(Core& core) {
        boost::system::error_code ignored;
        core.stopping = true;
        core.acceptor.close(ignored);
        core.sweep_timer.cancel();
        for (auto* connection : core.connections) {
            connection->stream.kill();
            if (auto const answer = connection->answer.lock()) answer->wake.cancel();
        }
    }

    static Outcome listen(Core& core, std::string const& address, std::uint16_t port) {
        boost::system::error_code error;
        auto const number = asio::ip::make_address(address, error);
        if (error)
            return wrong_use("the address to listen on is not a number")
                .at(address)
                .coded("address");
        asio::ip::tcp::endpoint const endpoint(number, port);
        core.acceptor.open(endpoint.protocol(), error);
        if (!error) keep_from_children(core.acceptor.native_handle());
        if (!error) core.acceptor.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) core.acceptor.bind(endpoint, error);
        if (!error) core.acceptor.listen(4096, error);
        if (!error) core.port = core.acceptor.local_endpoint(error).port();
        if (!error) return {};
        return world_error("cannot listen: " + error.message())
            .at(address + ":" + std::to_string(port))
            .coded("listen")
            .hint("another program may have the port; choose a different one");
    }
};

Result<std::unique_ptr<HttpServer>> HttpServer::start(std::string const& address,
                                                      std::uint16_t port,
                                                      TlsIdentity const* identity,
                                                      HttpHandler& handler, ServerOptions options) {
    options.limits.connections = connections_within(options.limits.connections);
    auto core = std::make_shared<Core>(handler, std::move(options));
    if (identity != nullptr) core->tls = TRY(make_server_context(*identity));
    TRY(Life::listen(*core, address, port));
    asio::co_spawn(core->io, Life::accept(*core), asio::detached);
    asio::co_spawn(core->io, Life::sweep(*core), asio::detached);
    core->thread = std::thread([&io = core->io] { io.run(); });
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(core)));
}

HttpServer::HttpServer(std::shared_ptr<Core> core) : core_(std::move(core)) {}
HttpServer::~HttpServer() { stop(); }
std::uint16_t HttpServer::port() const { return core_->port; }
std::size_t HttpServer::connection_count() const { return core_->count; }

void HttpServer::stop() {
    if (!core_->thread.joinable()) return;
    asio::post(core_->io, [core = core_.get()] { Life::end(*core); });
    // The io_context ends when the last coroutine has; those wait for their workers.
    core_->thread.join();
    core_->workers.join();
}

}  // namespace exhibit
