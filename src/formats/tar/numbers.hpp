// Numbers and records inside tar headers. Internal.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit::tar {

// Octal digits ended by NUL or blanks (leading blanks allowed), or GNU's base-256 (top bit set).
// An empty field is 0. Code "tar-number".
Result<std::int64_t> parse_number(ByteView field);

// "length key=value\n" one after the other. Each key at most once. Code "tar-pax".
struct PaxRecord {
    std::string_view key;
    std::string_view value;  // both live as long as the bytes
};
Result<std::vector<PaxRecord>> parse_pax_records(ByteView bytes);

// Decimal without sign or leading zeros.
Result<std::uint64_t> parse_pax_size(std::string_view text);
// Decimal seconds, perhaps negative, perhaps with a fraction, which is dropped (toward the past).
Result<std::int64_t> parse_pax_time(std::string_view text);

}  // namespace exhibit::tar
