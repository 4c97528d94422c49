// What the tests of net/ share: an identity made once, a server on loopback, a raw socket.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "base/random.hpp"

#include "net/client.hpp"
#include "net/server.hpp"
#include "support/shared.hpp"

namespace exhibit::test {

inline TlsIdentity const& test_identity() {
    static TlsIdentity const identity = TlsIdentity::generate().take();
    return identity;
}

inline std::unique_ptr<HttpServer> serve(HttpHandler& handler, ServerOptions options = {}) {
    return HttpServer::start("127.0.0.1", 0, &test_identity(), handler, std::move(options)).take();
}

inline std::unique_ptr<HttpServer> serve_plain(HttpHandler& handler, ServerOptions options = {}) {
    return HttpServer::start("127.0.0.1", 0, nullptr, handler, std::move(options)).take();
}

inline HttpClient pinned_client(ClientOptions options = {}) {
    options.trust = PinnedTo{test_identity().pin().value()};
    return HttpClient::create(std::move(options)).take();
}

inline std::string url_of(HttpServer const& server, std::string const& path) {
    return "https://127.0.0.1:" + std::to_string(server.port()) + path;
}

// A TCP connection that says exactly what it is told to.
class RawConnection {
public:
    explicit RawConnection(std::uint16_t port)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ =
            ::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    bool connected() const { return connected_; }
    bool say(std::string_view text) {
        return ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(text.size());
    }
    // Whatever comes until the text occurs, the other end closes, or the time is over.
    std::string hear(int timeout_ms, std::string_view until = "\x01never") {
        std::string heard;
        auto const end = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
        while (heard.find(until) == std::string::npos) {
            auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(
                end - std::chrono::steady_clock::now());
            pollfd waiting{fd_.get(), POLLIN, 0};
            if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
                break;
            char buffer[4096];
            auto const n = ::recv(fd_.get(), buffer, sizeof buffer, 0);
            if (n <= 0) {
                closed_ = true;
                break;
            }
            heard.append(buffer, static_cast<std::size_t>(n));
        }
        return heard;
    }
    bool closed() const { return closed_; }  // seen by hear()

private:
    Descriptor fd_;
    bool connected_ = false;
    bool closed_ = false;
};

}  // namespace exhibit::test
