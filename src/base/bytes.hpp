// Views of bytes and owned bytes. A view never owns: it lives as long as what it looks at.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exhibit {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;
using ByteView = std::span<Byte const>;
using MutableBytes = std::span<Byte>;

template <std::size_t N>
using ByteArray = std::array<Byte, N>;

// The bytes of a text, without copying. Valid as long as the text is.
inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<Byte const*>(text.data()), text.size()};
}

// The bytes read as text, without copying and without any check of the encoding.
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

inline Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }
inline Bytes to_bytes(std::string_view text) { return to_bytes(as_bytes(text)); }
inline std::string to_string(ByteView view) { return std::string(as_text(view)); }

inline void append(Bytes& to, ByteView more) { to.insert(to.end(), more.begin(), more.end()); }
inline void append(Bytes& to, std::string_view more) { append(to, as_bytes(more)); }

// Not for secrets: it stops at the first difference. Secrets have `equal` in secret.hpp.
bool same_bytes(ByteView a, ByteView b);

template <std::size_t N>
ByteArray<N> big_endian(std::uint64_t value) {
    static_assert(N <= 8);
    ByteArray<N> out{};
    for (std::size_t i = 0; i < N; ++i) out[N - 1 - i] = static_cast<Byte>(value >> (8 * i));
    return out;
}

}  // namespace exhibit
