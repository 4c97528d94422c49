// The header: version line, stanzas, MAC. Strict, so that write_header(parse_header(x)) == x.
#pragma once

#include "base/reader.hpp"
#include "crypto/digest.hpp"
#include "formats/age/recipient.hpp"

namespace exhibit::age {

// The spec has no limits; these are ours. A post-quantum stanza takes 1.6 kB.
inline constexpr std::size_t header_bytes_most = 1 << 20;
inline constexpr std::size_t stanzas_most = 1000;
inline constexpr std::size_t argument_bytes_most = 16 << 10;

struct Header {
    std::vector<Stanza> stanzas;
    Digest256 mac{};
};

// Consumes the header with its last line end. The file starts where the reader does. Code "header".
Result<Header> parse_header(Reader& reader);
Bytes write_header(Header const& header);

// The version line and the stanzas up to and including "---": what the MAC covers.
Bytes write_header_without_mac(std::span<Stanza const> stanzas);
Digest256 header_mac(FileKey const& file_key, ByteView header_without_mac);

// Where the header that starts at bytes[0] ends; none when more bytes are needed. `searched` is the
// caller's cursor, 0 at first, so that a header that comes byte by byte is searched only once.
std::optional<std::size_t> find_header_end(ByteView bytes, std::size_t& searched);

}  // namespace exhibit::age
