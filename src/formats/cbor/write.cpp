#include <algorithm>
#include <cmath>
#include <cstring>

#include "formats/cbor/cbor.hpp"

namespace exhibit::cbor {
namespace {

void put_head(Bytes& out, unsigned major, std::uint64_t argument) {
    auto const put = [&](unsigned info, std::size_t width) {
        out.push_back(static_cast<Byte>(major << 5 | info));
        auto const wide = big_endian<8>(argument);
        append(out, ByteView(wide).last(width));
    };
    if (argument < 24)
        put(static_cast<unsigned>(argument), 0);
    else if (argument <= 0xff)
        put(24, 1);
    else if (argument <= 0xffff)
        put(25, 2);
    else if (argument <= 0xffffffff)
        put(26, 4);
    else
        put(27, 8);
}

// The half that has exactly this value, if there is one.
std::optional<std::uint16_t> as_half(double value) {
    auto const sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000 : 0);
    if (std::isnan(value)) return static_cast<std::uint16_t>(0x7e00);
    if (std::isinf(value)) return static_cast<std::uint16_t>(sign | 0x7c00);
    auto const size = std::fabs(value);
    if (size == 0) return sign;
    if (size > 65504) return std::nullopt;
    int exponent = 0;
    std::frexp(size, &exponent);  // size = 0.1… * 2^exponent
    bool const subnormal = exponent < -13;
    auto const scaled = subnormal ? std::ldexp(size, 24) : std::ldexp(size, 11 - exponent);
    if (scaled != std::floor(scaled)) return std::nullopt;
    auto const digits = static_cast<unsigned>(scaled);
    auto const bits =
        subnormal ? digits : static_cast<unsigned>(exponent + 14) << 10 | (digits & 0x3ff);
    return static_cast<std::uint16_t>(sign | bits);
}

void put_float(Bytes& out, double value) {
    if (auto const half = as_half(value)) {
        out.push_back(0xf9);
        append(out, big_endian<2>(*half));
        return;
    }
    if (std::fabs(value) <= 3.4028234663852886e38 && static_cast<float>(value) == value) {
        auto const narrow = static_cast<float>(value);
        std::uint32_t bits = 0;
        std::memcpy(&bits, &narrow, sizeof bits);
        out.push_back(0xfa);
        append(out, big_endian<4>(bits));
        return;
    }
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    out.push_back(0xfb);
    append(out, big_endian<8>(bits));
}

struct Writer {
    Bytes& out;

    void operator()(Null) const { out.push_back(0xf6); }
    void operator()(Undefined) const { out.push_back(0xf7); }
    void operator()(bool value) const { out.push_back(value ? 0xf5 : 0xf4); }
    void operator()(std::uint64_t value) const { put_head(out, 0, value); }
    void operator()(Negative value) const { put_head(out, 1, value.n); }
    void operator()(double value) const { put_float(out, value); }
    void operator()(Bytes const& value) const {
        put_head(out, 2, value.size());
        append(out, value);
    }
    void operator()(std::string const& value) const {
        put_head(out, 3, value.size());
        append(out, value);
    }
    void operator()(Array const& value) const {
        put_head(out, 4, value.size());
        for (auto const& one : value) std::visit(*this, one.kind());
    }
    void operator()(Map const& value) const {
        std::vector<std::pair<Bytes, Value const*>> entries;
        for (auto const& [key, content] : value) entries.emplace_back(write(key), &content);
        std::ranges::sort(entries, {},
                          [](auto const& entry) -> Bytes const& { return entry.first; });
        put_head(out, 5, entries.size());
        for (auto const& [key, content] : entries) {
            append(out, key);
            std::visit(*this, content->kind());
        }
    }
    void operator()(Tagged const& value) const {
        VERIFY(value.item.size() == 1);
        put_head(out, 6, value.tag);
        std::visit(*this, value.item.front().kind());
    }
};

}  // namespace

Value Value::integer(std::int64_t value) {
    if (value >= 0) return Value(static_cast<std::uint64_t>(value));
    return Value(Negative{static_cast<std::uint64_t>(-(value + 1))});
}

Value Value::tagged(std::uint64_t tag, Value item) {
    Array one;
    one.push_back(std::move(item));
    return Value(Tagged{tag, std::move(one)});
}

std::optional<std::uint64_t> Value::unsigned_number() const {
    if (auto const* value = std::get_if<std::uint64_t>(&kind_)) return *value;
    return std::nullopt;
}

std::optional<std::int64_t> Value::number() const {
    constexpr auto most = static_cast<std::uint64_t>(INT64_MAX);
    if (auto const* value = std::get_if<std::uint64_t>(&kind_);
        value != nullptr && *value <= most) {
        return static_cast<std::int64_t>(*value);
    }
    if (auto const* value = std::get_if<Negative>(&kind_); value != nullptr && value->n <= most) {
        return -1 - static_cast<std::int64_t>(value->n);
    }
    return std::nullopt;
}

std::optional<bool> Value::boolean() const {
    if (auto const* value = std::get_if<bool>(&kind_)) return *value;
    return std::nullopt;
}

Value const* Value::find(std::string_view key) const {
    if (map() == nullptr) return nullptr;
    for (auto const& [name, value] : *map()) {
        if (name.text() != nullptr && *name.text() == key) return &value;
    }
    return nullptr;
}

Value const* Value::find(std::int64_t key) const {
    if (map() == nullptr) return nullptr;
    for (auto const& [name, value] : *map()) {
        if (name.number() == key) return &value;
    }
    return nullptr;
}

std::string const* Value::find_text(std::string_view key) const {
    auto const* value = find(key);
    return value == nullptr ? nullptr : value->text();
}

Bytes const* Value::find_bytes(std::string_view key) const {
    auto const* value = find(key);
    return value == nullptr ? nullptr : value->bytes();
}

Array const* Value::find_array(std::string_view key) const {
    auto const* value = find(key);
    return value == nullptr ? nullptr : value->array();
}

Bytes write(Value const& value) {
    Bytes out;
    std::visit(Writer{out}, value.kind());
    return out;
}

Bytes byte_string_head(std::uint64_t length) {
    Bytes out;
    put_head(out, 2, length);
    return out;
}

}  // namespace exhibit::cbor
