#include "formats/exif/tiff.hpp"

#include <algorithm>

#include "formats/exif/exif.hpp"

namespace exhibit::exif {
namespace {

constexpr std::size_t entry_bytes = 12;
constexpr std::size_t inline_bytes = 4;  // a value this short stands in the entry itself

std::size_t size_of(std::uint16_t type) {
    switch (static_cast<Type>(type)) {
        case Type::byte:
        case Type::ascii:
        case Type::undefined:
        case Type::utf8: return 1;
        case Type::u16: return 2;
        case Type::u32:
        case Type::i32: return 4;
        case Type::rational:
        case Type::signed_rational: return 8;
    }
    return 0;
}

Error not_tiff(char const* what) {
    return bad_input(std::string("is no Exif: ") + what).coded("exif");
}

}  // namespace

std::uint16_t Tiff::u16(ByteView at) const {
    return static_cast<std::uint16_t>(little_ ? at[0] | at[1] << 8 : at[0] << 8 | at[1]);
}

std::uint32_t Tiff::u32(ByteView at) const {
    auto const first = static_cast<std::uint32_t>(u16(at.first(2)));
    auto const second = static_cast<std::uint32_t>(u16(at.subspan(2, 2)));
    return little_ ? second << 16 | first : first << 16 | second;
}

Result<Tiff> Tiff::open(ByteView bytes) {
    if (bytes.size() > tiff_bytes_max) return not_tiff("it is too large");
    if (bytes.size() < 8) return not_tiff("it is too short");
    auto const order = as_text(bytes.first(2));
    if (order != "II" && order != "MM") return not_tiff("the byte order is missing");
    Tiff tiff(bytes, order == "II", 0);
    if (tiff.u16(bytes.subspan(2, 2)) != 42) return not_tiff("the mark of TIFF is missing");
    tiff.first_ = tiff.u32(bytes.subspan(4, 4));
    return tiff;
}

Result<Tiff::Directory> Tiff::directory(std::uint32_t offset) const {
    if (offset < 8 || offset > bytes_.size() - 2) return not_tiff("a directory lies outside");
    auto const rest = bytes_.subspan(offset);
    std::size_t const count = u16(rest.first(2));
    if (count > entries_max) return not_tiff("a directory is too long");
    if ((rest.size() - 2) / entry_bytes < count) return not_tiff("a directory is cut off");
    Directory out;
    for (std::size_t i = 0; i < count; ++i) {
        auto const raw = rest.subspan(2 + i * entry_bytes, entry_bytes);
        auto const type = u16(raw.subspan(2, 2));
        auto const each = size_of(type);
        auto const number = u32(raw.subspan(4, 4));
        if (each == 0 || number > tiff_bytes_max / each) continue;
        auto const size = each * number;
        Entry entry{static_cast<Type>(type), number, raw.subspan(8, std::min(size, inline_bytes))};
        if (size > inline_bytes) {
            auto const at = u32(raw.subspan(8, 4));
            if (at > bytes_.size() || bytes_.size() - at < size) continue;
            entry.value = bytes_.subspan(at, size);
        }
        out.emplace(u16(raw.first(2)), entry);
    }
    return out;
}

std::optional<std::uint32_t> Tiff::number(Entry const& entry) const {
    if (entry.count != 1) return std::nullopt;
    if (entry.type == Type::u16) return u16(entry.value);
    if (entry.type == Type::u32) return u32(entry.value);
    return std::nullopt;
}

std::vector<Rational> Tiff::rationals(Entry const& entry) const {
    std::vector<Rational> out;
    if (entry.type != Type::rational && entry.type != Type::signed_rational) return out;
    bool const has_sign = entry.type == Type::signed_rational;
    for (std::size_t at = 0; at < entry.value.size(); at += 8) {
        auto const take = [&](std::size_t offset) -> std::int64_t {
            auto const raw = u32(entry.value.subspan(offset, 4));
            return has_sign ? static_cast<std::int32_t>(raw) : static_cast<std::int64_t>(raw);
        };
        out.push_back({take(at), take(at + 4)});
    }
    return out;
}

std::optional<std::string> Tiff::text(Entry const& entry) const {
    if (entry.type != Type::ascii && entry.type != Type::utf8) return std::nullopt;
    auto text = as_text(entry.value.first(std::min(entry.value.size(), text_bytes_max)));
    text = text.substr(0, text.find('\0'));
    while (text.ends_with(' ')) text.remove_suffix(1);
    return std::string(text);
}

}  // namespace exhibit::exif
