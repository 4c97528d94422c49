// The SAX reader behind parse_json and canonicalise. nlohmann's own DOM reader keeps the last of
// two equal names, skips a byte order mark, stops at a NUL and nests without bound: each is a way
// to make two programs see two different documents under one signature.
#pragma once

#include "formats/json/json.hpp"

namespace exhibit {

enum class Numbers {
    small_integers,  // |n| < 2^53, one text per number
    doubles,         // what ECMAScript reads; for canonicalise and for fields that must be ignored
};

Result<Json> parse_strict(ByteView text, JsonLimits limits, Numbers numbers);

// 2^53: from here on a double cannot hold every integer, so two readers may differ.
inline constexpr std::int64_t integer_end = std::int64_t{1} << 53;

}  // namespace exhibit
