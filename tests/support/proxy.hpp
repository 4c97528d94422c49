// A real SOCKS5 server (microsocks) that knows names which nothing else on this machine knows: it
// runs in a mount namespace of its own, with its own hosts file. Who reaches such a name has left
// the looking up to the proxy.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/encoding.hpp"
#include "support/shared.hpp"

namespace exhibit::test {

// A port that nobody listens on. Another program may take it before it is used; the caller tries
// again.
inline int free_port() {
    Descriptor const fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

inline bool somebody_listens(int port) {
    Descriptor const fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

class SocksProxy {
public:
    // The names all mean 127.0.0.1, to the proxy alone.
    explicit SocksProxy(std::vector<std::string> const& names) {
        std::ofstream hosts(folder_ / "hosts");
        hosts << "127.0.0.1 localhost";
        for (auto const& name : names) hosts << " " << name;
        hosts << "\n";
        hosts.close();
        for (int attempt = 0; attempt < 5 && !start(); ++attempt) {}
    }

    // Needs a kernel that lets this user have a mount namespace, and the program.
    static bool can_run() {
        return have_program("microsocks") && have_program("unshare") &&
               run({"unshare", "-rm", "true"}).code == 0;
    }
    int port() const { return port_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    std::string url() const { return "socks5://" + address(); }
    void stop() { process_.stop(9); }
    // What it connected to, as it was asked for: "ana.onion:7443".
    std::vector<std::string> asked_for() const {
        std::ifstream log(folder_ / "log");
        std::vector<std::string> all;
        for (std::string line; std::getline(log, line);) {
            auto const at = line.find("connected to ");
            if (at != std::string::npos) all.push_back(line.substr(at + 13));
        }
        return all;
    }

private:
    bool start() {
        port_ = free_port();
        auto const hosts = (folder_ / "hosts").string();
        process_ = Background(
            {"unshare", "-rm", "sh", "-c",
             "mount --bind '" + hosts + "' /etc/hosts && exec microsocks -i 127.0.0.1 -p " +
                 std::to_string(port_)},
            {.out = {}, .err = folder_ / "log", .third = {}, .in = {}});
        for (int tries = 0; tries < 2000 && !process_.poll(); ++tries) {
            if (somebody_listens(port_)) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return false;
    }

    TemporaryFolder folder_;
    Background process_;
    int port_ = 0;
};

// The network calls that strace wrote down, for tests that prove where a program did not go.
class TracedCalls {
public:
    static std::vector<std::string> prefix(Path const& log) {
        // -D: the traced program keeps the process id, and its signals.
        return {"strace", "-D",        "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg",
                "-o",     log.string()};
    }
    explicit TracedCalls(Path const& log) {
        std::ifstream in(log);
        for (std::string line; std::getline(in, line);) lines_.push_back(line);
    }
    // connect() to an internet address at this port of 127.0.0.1.
    std::size_t to_port(int port) const {
        std::size_t count = 0;
        auto const wanted =
            "sin_port=htons(" + std::to_string(port) + "), sin_addr=inet_addr(\"127.0.0.1\")";
        for (auto const& line : lines_) count += line.find(wanted) != std::string::npos;
        return count;
    }
    // Everything that names an address elsewhere: other ports, name servers, the name service
    // daemon.
    std::vector<std::string> elsewhere(int port) const {
        std::vector<std::string> out;
        auto const wanted =
            "sin_port=htons(" + std::to_string(port) + "), sin_addr=inet_addr(\"127.0.0.1\")";
        for (auto const& line : lines_) {
            bool const names_address = line.find("sin_port") != std::string::npos ||
                                       line.find("sin6_port") != std::string::npos ||
                                       line.find("nscd") != std::string::npos;
            if (names_address && line.find(wanted) == std::string::npos) out.push_back(line);
        }
        return out;
    }

private:
    std::vector<std::string> lines_;
};

}  // namespace exhibit::test

#define NEEDS_SOCKS_PROXY()                      \
    if (!::exhibit::test::SocksProxy::can_run()) \
    GTEST_SKIP() << "NOT RUN: microsocks is missing, or there is no mount namespace to be had"
