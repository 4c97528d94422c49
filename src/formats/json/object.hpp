// Strict reading of an object: every getter names the field in Error.where and marks it as read;
// finish() refuses what was not read, so that nobody can smuggle a field past a reader that signs.
#pragma once

#include <set>

#include "base/encoding.hpp"
#include "formats/json/json.hpp"

namespace exhibit {

// A view: it lives as long as the Json given to of(). The objects and arrays it hands out do too.
// Codes: "missing-field", "wrong-field" (type, length or form), "unknown-field".
class JsonObject {
public:
    static Result<JsonObject> of(Json const& value, std::string where);
    static Result<JsonObject> of(Json&& value, std::string where) = delete;  // it would dangle

    Result<std::string> text(char const* key, std::size_t limit = 4096);
    Result<std::optional<std::string>> optional_text(char const* key, std::size_t limit = 4096);
    Result<std::int64_t> integer(char const* key, std::int64_t least, std::int64_t most);
    Result<bool> boolean(char const* key);
    Result<WallTime> time(char const* key);
    template <std::size_t N>
    Result<ByteArray<N>> hex(char const* key);
    // Standard alphabet, padded; limit counts decoded bytes.
    Result<Bytes> base64(char const* key, std::size_t limit);
    Result<JsonObject> object(char const* key);
    Result<Json const*> array(char const* key, std::size_t count_max);
    // Any value, unread in itself: the caller reads it strictly, or keeps it as it is.
    Result<Json const*> any(char const* key);
    bool has(char const* key) const;
    Outcome finish() const;

    std::string const& where() const { return where_; }
    std::string where(char const* key) const { return where_ + "." + key; }

private:
    JsonObject(Json const& value, std::string where) : value_(&value), where_(std::move(where)) {}
    Error wrong(char const* key, std::string what) const;

    Json const* value_;
    std::string where_;
    std::set<std::string, std::less<>> read_;
};

template <std::size_t N>
Result<ByteArray<N>> JsonObject::hex(char const* key) {
    auto digits = TRY(text(key, 2 * N));
    auto bytes = from_hex_exact<N>(digits);
    if (!bytes) return wrong(key, bytes.error().what);
    return bytes;
}

}  // namespace exhibit
