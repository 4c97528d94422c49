// Ten thousand connections to a whole guardian that begins with 1,024 descriptors, as most systems
// start a program: silent ones, ones that say a byte now and then, and ones that begin a handshake
// and leave it. Whoever is cut off comes back at once. Meanwhile the witness sends and checks in.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>

#include "cli_fixture.hpp"

namespace exhibit::test {
namespace {

// At most `wanted`, and what this process may open besides its own files.
std::size_t raise_descriptors(std::size_t wanted) {
    rlimit descriptors{};
    getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = std::min<rlim_t>(descriptors.rlim_max, wanted + 300);
    setrlimit(RLIMIT_NOFILE, &descriptors);
    return std::min<std::size_t>(wanted, descriptors.rlim_cur - 300);
}

std::string client_hello() {
    auto* const context = SSL_CTX_new(TLS_client_method());
    auto* const ssl = SSL_new(context);
    auto* const out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), out);
    SSL_connect(ssl);
    char* text = nullptr;
    auto const size = BIO_get_mem_data(out, &text);
    std::string hello(text, static_cast<std::size_t>(size));
    SSL_free(ssl);
    SSL_CTX_free(context);
    return hello;
}

class Crowd {
public:
    Crowd(int port, std::size_t size) : port_(port), sockets_(size, -1) {
        for (std::size_t i = 0; i < size; ++i) sockets_[i] = connect(i);
        thread_ = std::thread([this] { press(); });
    }
    ~Crowd() {
        over_ = true;
        thread_.join();
        for (auto const socket : sockets_) close(socket);
    }
    unsigned long cut_off() const { return cut_off_; }

private:
    // Of three, one says a hello and no more.
    int connect(std::size_t i) const {
        int const made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port_));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (made < 0 || ::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            ADD_FAILURE() << "one of the crowd cannot connect: " << std::strerror(errno);
        fcntl(made, F_SETFL, O_NONBLOCK);
        if (i % 3 == 1) send(made, hello_.data(), hello_.size(), MSG_NOSIGNAL);
        return made;
    }
    // … and one says a hello as well, a byte a round.
    void press() {
        std::size_t round = 0;
        while (!over_) {
            for (std::size_t i = 0; i < sockets_.size() && !over_; ++i) {
                auto& socket = sockets_[i];
                char byte = 0;
                auto const got = recv(socket, &byte, 1, MSG_PEEK);
                bool gone = got == 0 || (got < 0 && errno != EAGAIN);
                auto const next = &hello_[round % hello_.size()];
                if (!gone && i % 3 == 2) gone = send(socket, next, 1, MSG_NOSIGNAL) != 1;
                if (!gone) continue;
                ++cut_off_;
                close(socket);
                socket = connect(i);
            }
            ++round;
            sleep_ms(200);
        }
    }

    int port_;
    std::vector<int> sockets_;
    std::string const hello_ = client_hello();
    std::atomic<bool> over_ = false;
    std::atomic<unsigned long> cut_off_ = 0;
    std::thread thread_;
};

std::size_t peak_mib(int pid) {
    auto const status = slurp("/proc/" + std::to_string(pid) + "/status");
    auto const at = status.find("VmHWM:");
    return at == std::string::npos ? 0 : std::stoul(status.substr(at + 6)) / 1024;
}

}  // namespace

TEST(Crowd, ten_thousand_connections_do_not_lock_the_witness_out) {
    World world{{"ana"}};
    world.guardians.push_back(std::make_unique<TestGuardian>(
        world.folder.path(), "bruno", std::vector<std::string>{},
        std::vector<std::string>{"sh", "-c", "ulimit -Sn 1024; exec \"$@\"", "sh"}));
    auto const begun = world.init("pressed", {"--audience", "public", "--every", "300s", "--grace",
                                              "60m", "--trust-every-guardian"});
    put(world.folder / "clip.mp4", footage(3 << 20, 7));
    auto const sealed = world.json({"seal", (world.folder / "clip.mp4").string()});
    auto& bruno = *world.guardians[1];
    auto const before = peak_mib(bruno.process().pid());

    auto const size = raise_descriptors(10'000);
    Crowd crowd(bruno.port(), size);
    auto const since = std::chrono::steady_clock::now();
    world.json({"send", "--to", "bruno"});
    for (int round = 0; round < 3; ++round) {
        auto const checked_in = world.json({"checkin"});
        EXPECT_EQ(checked_in.value("acknowledged", 0), 2) << checked_in.dump();
        sleep_ms(1000);
    }
    auto const seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
    auto const peak = peak_mib(bruno.process().pid());
    std::printf(
        "%zu connections, %lu cut off and back again; send and three check-ins took %.1f s; "
        "the guardian: %zu MiB before, at most %zu MiB\n",
        size, crowd.cut_off(), seconds, before, peak);
    // Twice what it takes (some 17 KB a connection), so that a small machine is not brought down.
    EXPECT_LT(peak, 400u) << "MiB";
    auto const theirs = bruno.blob(begun["case"], sealed["exhibits"][0]["number"]);
    EXPECT_FALSE(theirs.empty()) << "the exhibit did not arrive";
}

}  // namespace exhibit::test
