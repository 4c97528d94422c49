#include "net/public_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

namespace exhibit {
namespace {

struct Range4 {
    std::uint32_t first;
    unsigned bits;
};
// RFC 6890 and its registry: not globally reachable.
constexpr Range4 special[] = {
    {0x00000000, 8},   // 0/8, "this network"
    {0x0A000000, 8},   // 10/8, private
    {0x64400000, 10},  // 100.64/10, shared by carriers
    {0x7F000000, 8},   // 127/8, loopback
    {0xA9FE0000, 16},  // 169.254/16, link-local (and the clouds' metadata)
    {0xAC100000, 12},  // 172.16/12, private
    {0xC0000000, 24},  // 192.0.0/24, protocol assignments
    {0xC0000200, 24},  // 192.0.2/24, documentation
    {0xC0586300, 24},  // 192.88.99/24, 6to4 relays, given up
    {0xC0A80000, 16},  // 192.168/16, private
    {0xC6120000, 15},  // 198.18/15, benchmarks
    {0xC6336400, 24},  // 198.51.100/24, documentation
    {0xCB007100, 24},  // 203.0.113/24, documentation
    {0xE0000000, 4},   // 224/4, multicast
    {0xF0000000, 4},   // 240/4, reserved, broadcast
};

bool is_public_v4(std::uint32_t address) {
    for (auto const& range : special) {
        if ((address ^ range.first) >> (32 - range.bits) == 0) return false;
    }
    return true;
}

// Only 2000::/3 is given out; of it these are not reachable, or carry an IPv4 address.
bool is_public_v6(std::array<std::uint8_t, 16> const& a) {
    if ((a[0] & 0xE0) != 0x20) return false;  // ::1, mapped, NAT64, fc00::/7, fe80::/10, ff00::/8
    if (a[0] == 0x20 && a[1] == 0x01 && a[2] < 0x02) return false;  // 2001::/23: Teredo, …
    if (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0D && a[3] == 0xB8)
        return false;                                               // documentation
    if (a[0] == 0x20 && a[1] == 0x02) return false;                 // 6to4
    if (a[0] == 0x3F && a[1] == 0xFF && a[2] < 0x10) return false;  // 3fff::/20, documentation
    return true;
}

}  // namespace

bool is_public_address(sockaddr const& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        return is_public_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (address.sa_family != AF_INET6) return false;
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return is_public_v6(bytes);
}

bool may_be_public_host(std::string_view host) {
    std::string text(host);
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    // inet_aton also knows 127.1 and 0x7f.1, which curl and the system resolve as numbers.
    if (inet_aton(text.c_str(), &v4.sin_addr) == 1) return is_public_v4(ntohl(v4.sin_addr.s_addr));
    std::array<std::uint8_t, 16> bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return is_public_v6(bytes);
    while (text.ends_with('.')) text.pop_back();
    return text != "localhost" && !text.ends_with(".localhost");
}

}  // namespace exhibit
