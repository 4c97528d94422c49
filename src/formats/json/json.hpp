// json: strict JSON in, canonical JSON out.
//
// Comes in: bytes a stranger may have written. Goes out: a value, or an Error of code "json"; and
// from a value the one text that stands for it, so that what is signed or hashed has one form.
//
// Spec: RFC 8259 narrowed to I-JSON (RFC 7493); RFC 8785 (JCS) for the output. Narrower still than
// both: no floats and no integers of magnitude 2^53 or more in parse_json, so that no two programs
// read a number of ours differently. Text that is not UTF-8, names twice in one object, lone
// surrogates, bytes after the value and depth past a limit are refused. JSON in is not required to
// be canonical: where the bytes are signed, the signature is over the bytes as they came.
//
// Reading order: json.hpp, canonical.hpp (output; doubles, which only `canonicalise` takes),
// object.hpp (reading an object field by field), strict.hpp (the SAX reader that does the
// refusing). Not implemented: -0 and numbers with fraction or exponent in parse_json, even if they
// are integral.
#pragma once

#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace exhibit {

using Json = nlohmann::json;

struct JsonLimits {
    std::size_t bytes_max = 1 << 20;
    unsigned depth_max = 32;  // a value that is not inside anything has depth 0, `[]` has 1
};

// Code "json"; where names the byte.
Result<Json> parse_json(ByteView text, JsonLimits limits = {});

// Whether write_json can write it: no floats, integers of magnitude below 2^53, only UTF-8. Ask
// this first when a person's text (a file name, an argument) went into the value. Code "json".
Outcome check_json(Json const& value);

// JCS. VERIFYs that check_json passes.
std::string write_json(Json const& value);

// Reads a JSON text that may hold doubles and writes it per RFC 8785, numbers as ECMAScript does.
// For foreign documents only: nothing of ours holds a double.
Result<std::string> canonicalise(ByteView json_text, JsonLimits limits = {});

}  // namespace exhibit

#include "formats/json/object.hpp"
