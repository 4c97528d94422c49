// Strict text encodings: one text per value, or an error. RFC 4648 throughout.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit {

std::string to_hex(ByteView bytes);             // lower case
Result<Bytes> from_hex(std::string_view text);  // lower case only, even length
template <std::size_t N>
Result<ByteArray<N>> from_hex_exact(std::string_view text);

enum class Base64 {
    padded,        // standard alphabet, '=' required (RFC 4648 §4)
    unpadded,      // standard alphabet, '=' refused (age)
    url_unpadded,  // URL alphabet, '=' refused (JWT)
};
std::string to_base64(ByteView bytes, Base64 form = Base64::padded);
// Canonical only: unused low bits must be zero, no white space.
Result<Bytes> from_base64(std::string_view text, Base64 form = Base64::padded);
// The same for keys, in time that depends on their length only (libsodium): ten times slower.
std::string secret_to_base64(ByteView bytes);
Result<Bytes> secret_from_base64(std::string_view text);
// Standard or URL alphabet (not mixed), padded in full or not at all: for formats that say "accept
// both" (DSSE).
Result<Bytes> from_base64_any(std::string_view text);

// RFC 4648 §6 alphabet, lower case, no padding: case ids that people read to each other.
std::string to_base32(ByteView bytes);
Result<Bytes> from_base32(std::string_view text);  // either case

// Well-formed UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF.
bool is_utf8(ByteView bytes);

template <std::size_t N>
Result<ByteArray<N>> exactly(ByteView bytes) {
    if (bytes.size() != N) {
        return bad_input("has " + std::to_string(bytes.size()) + " bytes, not " + std::to_string(N))
            .coded("length");
    }
    ByteArray<N> out;
    for (std::size_t i = 0; i < N; ++i) out[i] = bytes[i];
    return out;
}

template <std::size_t N>
Result<ByteArray<N>> from_hex_exact(std::string_view text) {
    auto bytes = TRY(from_hex(text));
    return exactly<N>(bytes);
}

}  // namespace exhibit
