// The SOCKS5 proxy through which every connection goes when one is named: Tor, or any other
// (RFC 1928). Names are never resolved here, the proxy does it: what this machine asks a name
// server is seen by whoever watches the line.
//
// There is no way round it. A proxy that does not answer is an error, and no connection is made.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace exhibit {

// What people type: 127.0.0.1:9050, socks5://localhost:9050, socks5h://[::1]:9050. Gives host:port.
// Codes "proxy" (not such an address; a password in it, which would stand in the process list).
Result<std::string> parse_socks_proxy(std::string_view text);

// Does a SOCKS5 server answer there, without a password? Waits at most so long. Code "proxy".
Outcome check_socks_proxy(std::string const& proxy, unsigned timeout_ms = 5'000);

// "abc….onion" can be reached through Tor only, and must not be asked for by name anywhere else.
bool is_onion(std::string_view host);

}  // namespace exhibit
