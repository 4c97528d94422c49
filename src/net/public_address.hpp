// Is this an address of the public internet? Asked before a connection to where a stranger points:
// a web hook must not make a guardian talk to machines that only the guardian can reach.
//
// Everything that IANA's special-purpose registries (RFC 6890) do not call globally reachable is
// not, and neither are forms of IPv6 that carry an IPv4 address (mapped, 6to4, NAT64, Teredo).
#pragma once

#include <string_view>

struct sockaddr;

namespace exhibit {

bool is_public_address(sockaddr const& address);
// "127.0.0.1", "[::1]": for hosts that are written as numbers. A name is not: false for those that
// are not public, true for names.
bool may_be_public_host(std::string_view host);

}  // namespace exhibit
