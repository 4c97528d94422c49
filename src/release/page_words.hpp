// The words of the page: written in English here, so that it reads without scripts, and marked
// with their key and values, so that its script can put them in the reader's language.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.hpp"

namespace exhibit::release::words {

// Text is shown as it is, isolated; a duration in the reader's language.
using Value = std::variant<std::string, std::uint64_t, WallTime, Duration>;
using Values = std::vector<std::pair<char const*, Value>>;

// The English text with its values put in. `key` is one of web/strings/en.json; anything else is a
// bug of ours.
std::string english(char const* key, Values const& values = {});

// Attributes that carry key and values of an element's text (`data-t`, `data-v`); for another
// attribute, such as alt, write its name: `data-t-alt` and the English attribute itself.
std::string marks(char const* key, Values const& values = {});
std::string attribute(char const* name, char const* key, Values const& values = {});

// <tag data-t=…>text</tag>
std::string element(char const* tag, char const* key, Values const& values = {});

}  // namespace exhibit::release::words
