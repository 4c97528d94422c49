// cbor: Concise Binary Object Representation, as C2PA and COSE need it.
//
// Comes in: one data item, from anyone. Goes out: a Value, or an Error of code "cbor"; and from a
// Value its one deterministic encoding.
//
// Spec: RFC 8949. Writing follows §4.2.1 (core deterministic encoding: shortest heads, shortest
// floats, definite lengths, map keys in the bytewise order of their encodings). `parse` takes every
// well-formed item, because others do not sort and what they signed is their bytes, not ours;
// `parse_deterministic` takes only what `write` would have written. Both refuse a key twice in one
// map (§5.6), text that is not UTF-8, reserved heads, more than one item, and depth past a limit.
// Nothing is allocated by a claimed length or count.
//
// Not implemented: simple values but false, true, null and undefined; NaN payloads; the meaning of
// tags.
#pragma once

#include <utility>
#include <variant>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit::cbor {

class Value;
using Array = std::vector<Value>;
using Map = std::vector<std::pair<Value, Value>>;  // in the order they came

struct Negative {  // the number -1 - n
    std::uint64_t n = 0;
    friend bool operator==(Negative const&, Negative const&) = default;
};
struct Null {
    friend bool operator==(Null, Null) { return true; }
};
struct Undefined {
    friend bool operator==(Undefined, Undefined) { return true; }
};
struct Tagged {
    std::uint64_t tag = 0;
    Array item;  // exactly one
    friend bool operator==(Tagged const&, Tagged const&) = default;
};

class Value {
public:
    using Kind = std::variant<Null, Undefined, bool, std::uint64_t, Negative, double, Bytes,
                              std::string, Array, Map, Tagged>;

    Value() = default;
    Value(Null) {}
    Value(Undefined value) : kind_(value) {}
    explicit Value(bool value) : kind_(value) {}
    explicit Value(std::uint64_t value) : kind_(value) {}
    explicit Value(Negative value) : kind_(value) {}
    explicit Value(double value) : kind_(value) {}
    Value(Bytes value) : kind_(std::move(value)) {}
    Value(ByteView value) : kind_(to_bytes(value)) {}
    Value(std::string value) : kind_(std::move(value)) {}
    Value(std::string_view value) : kind_(std::string(value)) {}
    Value(char const* value) : kind_(std::string(value)) {}
    Value(Array value) : kind_(std::move(value)) {}
    Value(Map value) : kind_(std::move(value)) {}
    Value(Tagged value) : kind_(std::move(value)) {}
    static Value integer(std::int64_t value);
    static Value tagged(std::uint64_t tag, Value item);

    Kind const& kind() const { return kind_; }
    // A look at the content, or null when it is of another kind. Lives as long as this value.
    Bytes const* bytes() const { return std::get_if<Bytes>(&kind_); }
    std::string const* text() const { return std::get_if<std::string>(&kind_); }
    Array const* array() const { return std::get_if<Array>(&kind_); }
    Map const* map() const { return std::get_if<Map>(&kind_); }
    Map* map() { return std::get_if<Map>(&kind_); }
    Tagged const* tag() const { return std::get_if<Tagged>(&kind_); }
    std::optional<std::uint64_t> unsigned_number() const;
    std::optional<std::int64_t> number() const;
    std::optional<bool> boolean() const;
    bool is_null() const { return std::holds_alternative<Null>(kind_); }

    // Of a map: the value of a key, or null.
    Value const* find(std::string_view key) const;
    Value const* find(std::int64_t key) const;
    // The text, array … of a key in one step; null when it is missing or of another kind.
    std::string const* find_text(std::string_view key) const;
    Bytes const* find_bytes(std::string_view key) const;
    Array const* find_array(std::string_view key) const;

    friend bool operator==(Value const&, Value const&) = default;

private:
    Kind kind_;
};

struct Limits {
    unsigned depth_max = 64;
    std::size_t items_max = 1 << 20;  // an item costs more in memory than its one byte on disk
};

Result<Value> parse(ByteView bytes, Limits limits = {});
Result<Value> parse_deterministic(ByteView bytes, Limits limits = {});

Bytes write(Value const& value);
// The head of a byte string of this length: for what is streamed or hashed behind it.
Bytes byte_string_head(std::uint64_t length);

}  // namespace exhibit::cbor
