// Bencode (BEP 3), strictly: no leading zeros, no -0, keys sorted as raw bytes and each once, so a
// value has one encoding and write(parse(x)) == x.
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
    using Any = std::variant<std::int64_t, std::string, List, Dict>;
    // Out of line: inlined into every TRY, these confuse the compiler's view of what is
    // initialised.
    Value();
    explicit Value(Any any);
    Value(Value const&);
    Value(Value&&) noexcept;
    Value& operator=(Value const&);
    Value& operator=(Value&&) noexcept;
    ~Value();

    Any is;
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
// One value; `end` of it says where the rest begins. Old v1 torrents come with keys in any order
// (but each once); then write(parse(x)) is not x, and only the raw bytes count.
enum class Keys { sorted, any_order };
Result<Value> parse_first(ByteView bytes, Keys keys = Keys::sorted);
Bytes write(Value const& value);

inline Value integer(std::int64_t value) { return Value(Value::Any(value)); }
inline Value text(std::string value) { return Value(Value::Any(std::move(value))); }
inline Value text(ByteView value) { return Value(Value::Any(to_string(value))); }
inline Value list(List value) { return Value(Value::Any(std::move(value))); }
inline Value dict(Dict value) { return Value(Value::Any(std::move(value))); }

}  // namespace exhibit::bencode
