// Entries of a TIFF directory (TIFF 6.0 §2), read where they lie. Internal.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit::exif {

inline constexpr std::size_t entries_max = 1024;

enum class Type : std::uint16_t {
    byte = 1,
    ascii = 2,
    u16 = 3,
    u32 = 4,
    rational = 5,
    undefined = 7,
    i32 = 9,
    signed_rational = 10,
    utf8 = 129,
};

struct Entry {
    Type type = Type::byte;
    std::uint32_t count = 0;
    ByteView value;  // count times the type's size; into the structure
};

// Numerator and denominator as they stand.
struct Rational {
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;
};

class Tiff {
public:
    // Code "exif".
    static Result<Tiff> open(ByteView bytes);
    std::uint32_t first_directory() const { return first_; }

    // By tag; of a tag twice the first. An entry of an unknown type, or whose value lies outside,
    // is left out. Code "exif" when there is no directory there.
    using Directory = std::map<std::uint16_t, Entry>;
    Result<Directory> directory(std::uint32_t offset) const;

    std::uint16_t u16(ByteView at) const;
    std::uint32_t u32(ByteView at) const;
    std::optional<std::uint32_t> number(Entry const& entry) const;  // one u16 or u32
    std::vector<Rational> rationals(Entry const& entry) const;      // none of another type
    // Up to the first NUL, without blanks at the end; none of another type.
    std::optional<std::string> text(Entry const& entry) const;

private:
    Tiff(ByteView bytes, bool little, std::uint32_t first)
        : bytes_(bytes), little_(little), first_(first) {}
    ByteView bytes_;
    bool little_;
    std::uint32_t first_;
};

}  // namespace exhibit::exif
