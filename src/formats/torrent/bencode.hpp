// Bencode (BEP 3), strictly: no leading zeros, no -0, keys sorted as raw bytes and each once, so a value has
// one encoding and write(parse(x)) == x.
#pragma once

#include <map>
#include <variant>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit::bencode {

constexpr unsigned depth_limit = 64;
constexpr std::size_t values_limit = 1u << 22;

struct Value;
using List = std::vector<Value>;
using Dict = std::map<std::string, Value, std::less<>>;

struct Value {
    std::variant<std::int64_t, std::string, List, Dict> is;
    // Where its bytes stood in what was parsed: an infohash is over exactly these.
    std::size_t begin = 0;
    std::size_t end = 0;

    std::int64_t const* integer() const { return std::get_if<std::int64_t>(&is); }
    std::string const* text() const { return std::get_if<std::string>(&is); }
    List const* list() const { return std::get_if<List>(&is); }
    Dict const* dict() const { return std::get_if<Dict>(&is); }
    // The member of a dictionary, or null if this is none or has none.
    Value const* find(std::string_view key) const;
    // Compares the values, not where they stood.
    friend bool operator==(Value const& a, Value const& b) { return a.is == b.is; }
};

// One value and nothing after it. Codes: bencode, bencode-depth, bencode-order.
Result<Value> parse(ByteView bytes);
// One value; `end` of it says where the rest begins.
Result<Value> parse_first(ByteView bytes);
Bytes write(Value const& value);

inline Value integer(std::int64_t value) { return {value, 0, 0}; }
inline Value text(std::string value) { return {std::move(value), 0, 0}; }
inline Value text(ByteView value) { return {to_string(value), 0, 0}; }
inline Value list(List value) { return {std::move(value), 0, 0}; }
inline Value dict(Dict value) { return {std::move(value), 0, 0}; }

}  // namespace exhibit::bencode
