#include "net/proxy.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/files.hpp"

namespace exhibit {
namespace {

Error not_a_proxy(std::string_view text) {
    return wrong_use("is not a SOCKS5 proxy like socks5://127.0.0.1:9050")
        .at(std::string(text.substr(0, 100)))
        .coded("proxy");
}

Error no_proxy_there(std::string const& proxy, std::string const& why) {
    return world_error("the proxy does not answer: " + why)
        .at(proxy)
        .still_safe("nothing was sent: without the proxy no connection is made")
        .hint("start it (Tor: systemctl start tor), or name the right one with --proxy")
        .coded("proxy");
}

bool is_host_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

bool is_host(std::string_view host) {
    if (host.starts_with('[')) {
        return host.size() > 2 && host.ends_with(']') &&
               host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdef:.") ==
                   std::string_view::npos;
    }
    return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, is_host_letter);
}

bool is_port(std::string_view digits) {
    if (digits.empty() || digits.size() > 5 || digits.front() == '0') return false;
    if (digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
    return std::stoul(std::string(digits)) <= 65535;
}

struct FreeAddresses {
    void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

bool wait_for(int fd, short what, unsigned timeout_ms) {
    pollfd waiting{fd, what, 0};
    return ::poll(&waiting, 1, static_cast<int>(timeout_ms)) == 1;
}

// RFC 1928 §3: version 5, one method, "no authentication"; the answer names version and method.
Outcome greet(int fd, std::string const& proxy, unsigned timeout_ms) {
    constexpr unsigned char greeting[] = {5, 1, 0};
    if (::send(fd, greeting, sizeof greeting, MSG_NOSIGNAL) != sizeof greeting)
        return no_proxy_there(proxy, "it hangs up");
    unsigned char answer[2] = {};
    std::size_t got = 0;
    while (got < sizeof answer) {
        if (!wait_for(fd, POLLIN, timeout_ms)) return no_proxy_there(proxy, "it says nothing");
        auto const n = ::recv(fd, answer + got, sizeof answer - got, 0);
        if (n <= 0) return no_proxy_there(proxy, "it hangs up");
        got += static_cast<std::size_t>(n);
    }
    if (answer[0] != 5) return no_proxy_there(proxy, "what listens there does not speak SOCKS5");
    if (answer[1] != 0) return no_proxy_there(proxy, "it wants a password");
    return {};
}

Result<Descriptor> connect_to(addrinfo const& address, unsigned timeout_ms) {
    Descriptor line(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!line.is_open()) return system_error("no socket", "");
    if (::connect(line.get(), address.ai_addr, address.ai_addrlen) != 0) {
        if (errno != EINPROGRESS) return system_error("cannot connect", "");
        if (!wait_for(line.get(), POLLOUT, timeout_ms))
            return world_error("nobody answers").coded("timeout");
        int problem = 0;
        socklen_t size = sizeof problem;
        ::getsockopt(line.get(), SOL_SOCKET, SO_ERROR, &problem, &size);
        errno = problem;
        if (problem != 0) return system_error("cannot connect", "");
    }
    return line;
}

}  // namespace

Result<std::string> parse_socks_proxy(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    if (lower.find('@') != std::string::npos) {
        return wrong_use("a proxy with a password is not supported")
            .hint("a password on the command line can be read by every program on this machine")
            .coded("proxy");
    }
    for (std::string_view const scheme : {"socks5h://", "socks5://"}) {
        if (!lower.starts_with(scheme)) continue;
        lower.erase(0, scheme.size());
        break;
    }
    if (!lower.empty() && lower.back() == '/') lower.pop_back();
    auto const colon = lower.rfind(':');
    if (colon == std::string::npos) return not_a_proxy(text);
    auto const host = std::string_view(lower).substr(0, colon);
    if (!is_host(host) || !is_port(std::string_view(lower).substr(colon + 1)))
        return not_a_proxy(text);
    return lower;
}

Outcome check_socks_proxy(std::string const& proxy, unsigned timeout_ms) {
    auto const colon = proxy.rfind(':');
    VERIFY(colon != std::string::npos);
    auto host = proxy.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), proxy.c_str() + colon + 1, &wanted, &found) != 0)
        return no_proxy_there(proxy, "there is no such machine");
    std::unique_ptr<addrinfo, FreeAddresses> const list(found);
    std::string why = "nobody listens there";
    for (auto const* one = list.get(); one != nullptr; one = one->ai_next) {
        auto const line = connect_to(*one, timeout_ms);
        if (line.ok()) return greet(line->get(), proxy, timeout_ms);
        why = line.error().what;
    }
    return no_proxy_there(proxy, why);
}

bool is_onion(std::string_view host) {
    while (host.ends_with('.')) host.remove_suffix(1);
    constexpr std::string_view ending = ".onion";
    if (host.size() < ending.size()) return false;
    auto const tail = host.substr(host.size() - ending.size());
    return std::ranges::equal(tail, ending, [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    });
}

}  // namespace exhibit
