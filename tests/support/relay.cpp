#include "support/relay.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace exhibit::test {
namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// Everything, or false: the other end has gone.
bool send_all(int fd, char const* bytes, ssize_t count) {
    while (count > 0) {
        auto const sent = send(fd, bytes, static_cast<std::size_t>(count), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes += sent;
        count -= sent;
    }
    return true;
}

}  // namespace

Relay::Relay() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    socklen_t length = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        listen(listener_, 64) != 0)
        std::abort();
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
}

Relay::~Relay() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    cut();
    for (auto& wire : wires_) {
        wire.thread.join();
        close(wire.from);
        close(wire.to);
    }
}

void Relay::cut() {
    std::lock_guard const lock(mutex_);
    for (auto& wire : wires_) {
        if (wire.over) continue;
        shutdown(wire.from, SHUT_RDWR);
        shutdown(wire.to, SHUT_RDWR);
    }
}

void Relay::accept_all() {
    while (!stopping_) {
        int const from = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (from < 0) return;
        int const to = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        auto const address = loopback(target_);
        if (connect(to, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0) {
            close(from);
            close(to);
            continue;
        }
        std::lock_guard const lock(mutex_);
        auto& wire = wires_.emplace_back();
        wire.from = from;
        wire.to = to;
        wire.thread = std::thread([this, &wire] { pass(wire); });
    }
}

// Sockets are closed in the destructor only, so that cut() never meets a number used anew.
void Relay::pass(Wire& wire) {
    std::array<char, 65536> buffer;
    std::array<pollfd, 2> ends{pollfd{wire.from, POLLIN, 0}, pollfd{wire.to, POLLIN, 0}};
    while (poll(ends.data(), ends.size(), -1) > 0) {
        bool alive = true;
        for (int i = 0; i < 2 && alive; ++i) {
            if (ends[i].revents == 0) continue;
            auto const got = recv(ends[i].fd, buffer.data(), buffer.size(), 0);
            alive = got > 0 && send_all(ends[1 - i].fd, buffer.data(), got);
            if (i == 0 && alive) bytes_in_ += static_cast<std::uint64_t>(got);
        }
        if (!alive) break;
    }
    shutdown(wire.from, SHUT_RDWR);
    shutdown(wire.to, SHUT_RDWR);
    wire.over = true;
}

}  // namespace exhibit::test
