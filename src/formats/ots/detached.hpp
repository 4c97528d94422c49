// A detached proof, `FILE.ots`: magic, version 1, the kind of hash, the file's digest, the tree.
#pragma once

#include "formats/ots/timestamp.hpp"

namespace exhibit::ots {

inline constexpr std::size_t detached_bytes_max = 1 << 20;

struct Detached {
    Op hash = Op::sha256;  // sha1, ripemd160 or sha256
    Bytes digest;
    Timestamp timestamp;
    friend bool operator==(Detached const&, Detached const&) = default;
};

// Codes "ots", "truncated". write_detached(parse_detached(x)) == x in canonical order.
Bytes write_detached(Detached const& proof);
Result<Detached> parse_detached(ByteView bytes, Order order = Order::canonical);

}  // namespace exhibit::ots
