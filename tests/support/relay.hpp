// A wire between two programs that a test can measure and cut: takes connections on a loopback
// port, passes every byte to another port, counts those that go in, and drops all connections when
// told.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <thread>

namespace exhibit::test {

class Relay {
public:
    // Ports are of 127.0.0.1. The other side may start to listen later, but before the first
    // connection.
    Relay();
    ~Relay();
    Relay(Relay const&) = delete;
    Relay& operator=(Relay const&) = delete;

    int port() const { return port_; }
    void set_target(int port) { target_ = port; }
    // Bytes that went from those who connected to the target, over all connections.
    std::uint64_t bytes_in() const { return bytes_in_; }
    // Every connection breaks now; new ones are taken.
    void cut();

private:
    struct Wire {
        int from = -1, to = -1;
        std::atomic<bool> over = false;
        std::thread thread;
    };
    void accept_all();
    void pass(Wire& wire);

    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> target_ = 0;
    std::atomic<std::uint64_t> bytes_in_ = 0;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::list<Wire> wires_;
    std::thread acceptor_;
};

}  // namespace exhibit::test
