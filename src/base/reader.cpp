#include "base/reader.hpp"

#include <algorithm>

namespace exhibit {

Error Reader::too_short(std::size_t wanted) const {
    return bad_input("ends too early: " + std::to_string(wanted) + " more bytes were expected, " +
                     std::to_string(remaining()) + " are left")
        .at("offset " + std::to_string(offset_))
        .coded("truncated");
}

Result<ByteView> Reader::take(std::size_t n) {
    if (n > remaining()) return too_short(n);
    auto view = all_.subspan(offset_, n);
    offset_ += n;
    return view;
}

Result<std::uint64_t> Reader::take_big_endian(std::size_t n) {
    auto view = TRY(take(n));
    std::uint64_t value = 0;
    for (auto byte : view) value = value << 8 | byte;
    return value;
}

Result<Byte> Reader::take_byte() {
    auto view = TRY(take(1));
    return view[0];
}

Result<std::uint16_t> Reader::take_u16be() {
    auto value = TRY(take_big_endian(2));
    return static_cast<std::uint16_t>(value);
}

Result<std::uint32_t> Reader::take_u32be() {
    auto value = TRY(take_big_endian(4));
    return static_cast<std::uint32_t>(value);
}

Result<std::uint64_t> Reader::take_u64be() { return take_big_endian(8); }

Result<ByteView> Reader::take_until(Byte delimiter, std::size_t limit) {
    auto window = all_.subspan(offset_, std::min(remaining(), limit));
    auto found = std::ranges::find(window, delimiter);
    if (found == window.end()) {
        return bad_input("a line does not end within " + std::to_string(limit) + " bytes")
            .at("offset " + std::to_string(offset_))
            .coded("unterminated");
    }
    auto const length = static_cast<std::size_t>(found - window.begin());
    offset_ += length + 1;
    return window.first(length);
}

Outcome Reader::expect(ByteView exact) {
    auto got = TRY(take(exact.size()));
    if (!same_bytes(got, exact)) {
        return bad_input("unexpected bytes")
            .at("offset " + std::to_string(offset_ - exact.size()))
            .coded("unexpected");
    }
    return {};
}

Outcome Reader::expect_end() const {
    if (at_end()) return {};
    return bad_input(std::to_string(remaining()) + " bytes too many")
        .at("offset " + std::to_string(offset_))
        .coded("trailing");
}

}  // namespace exhibit
