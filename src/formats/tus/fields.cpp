#include "formats/tus/fields.hpp"

#include <algorithm>

namespace exhibit {
namespace {

// ASCII only: a locale must not decide which header is which.
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool same_field_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> HeaderFields::find(std::string_view name) const {
    for (auto const& [key, value] : fields_) {
        if (same_field_name(key, name)) return value;
    }
    return std::nullopt;
}

bool HeaderFields::repeated(std::string_view name) const {
    return std::ranges::count_if(
               fields_, [&](Field const& f) { return same_field_name(f.first, name); }) > 1;
}

}  // namespace exhibit
