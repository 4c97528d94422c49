// The two rules of RFC 8785 that are not obvious: the order of names and the text of a double.
#pragma once

#include "formats/json/json.hpp"

namespace exhibit {

// §3.2.3: names are ordered by UTF-16 code units, in which U+10000 (d800 dc00) comes before U+E000.
// Both must be UTF-8.
bool utf16_less(std::string_view a, std::string_view b);

// §3.2.2.3: Number::toString of ECMA-262. VERIFYs that it is finite.
std::string write_es6_number(double value);

}  // namespace exhibit
