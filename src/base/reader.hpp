// Reader: a cursor over bytes that checks every length before it looks. Parsers walk it; nothing is
// allocated by a claimed length, because a view is handed out instead of a copy.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit {

class Reader {
public:
    explicit Reader(ByteView bytes) : all_(bytes) {}

    std::size_t offset() const { return offset_; }
    std::size_t remaining() const { return all_.size() - offset_; }
    bool at_end() const { return remaining() == 0; }

    // The next n bytes. The view lives as long as the bytes given to the constructor.
    Result<ByteView> take(std::size_t n);
    Result<Byte> take_byte();
    Result<std::uint16_t> take_u16be();
    Result<std::uint32_t> take_u32be();
    Result<std::uint64_t> take_u64be();
    // Up to and without the delimiter, which is consumed; an error if it does not come within
    // limit.
    Result<ByteView> take_until(Byte delimiter, std::size_t limit);
    Outcome expect(ByteView exact);
    Outcome expect_end() const;
    ByteView rest() {
        auto view = all_.subspan(offset_);
        offset_ = all_.size();
        return view;
    }

    // The next byte without consuming it; none at the end.
    std::optional<Byte> peek() const {
        if (at_end()) return std::nullopt;
        return all_[offset_];
    }

private:
    Error too_short(std::size_t wanted) const;
    Result<std::uint64_t> take_big_endian(std::size_t n);

    ByteView all_;
    std::size_t offset_ = 0;
};

}  // namespace exhibit
