// Looking for what must not be there, in every form in which it could hide: raw, hex, base64 at all
// alignments and in both alphabets, and base64 of base64 (envelopes lie inside envelopes).
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "base/files.hpp"

namespace exhibit::test {

// What base64 text of anything that contains `bytes` at this alignment must contain.
inline std::string base64_inside(ByteView bytes, std::size_t alignment) {
    Bytes shifted(alignment, 0);
    append(shifted, bytes);
    auto const text = to_base64(shifted, Base64::unpadded);
    auto const first =
        alignment == 0 ? 0u : alignment + 1;    // letters that also hold the bytes before
    auto const whole = shifted.size() / 3 * 4;  // letters that hold only ours
    return text.substr(first, whole - first);
}

inline std::vector<std::string> forms_of(ByteView marker) {
    auto const hex = to_hex(marker);
    std::string upper = hex;
    std::ranges::transform(upper, upper.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    std::vector<std::string> forms{to_string(marker), hex, upper};
    for (std::size_t i = 0; i < 3; ++i) {
        auto const once = base64_inside(marker, i);
        auto url = once;
        std::ranges::replace(url, '+', '-');
        std::ranges::replace(url, '/', '_');
        forms.push_back(once);
        forms.push_back(url);
        for (std::size_t j = 0; j < 3; ++j) {
            forms.push_back(base64_inside(as_bytes(once), j));
            forms.push_back(base64_inside(as_bytes(url), j));
        }
    }
    return forms;
}

struct Marker {
    std::string what;
    std::vector<std::string> forms;
};

inline std::vector<std::string> found_in(std::string_view haystack,
                                         std::vector<Marker> const& markers) {
    std::vector<std::string> found;
    for (auto const& marker : markers) {
        for (std::size_t i = 0; i < marker.forms.size(); ++i) {
            if (haystack.find(marker.forms[i]) != std::string_view::npos)
                found.push_back(marker.what + " in form " + std::to_string(i));
        }
    }
    return found;
}

inline std::string all_bytes_below(Path const& folder) {
    std::string all;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(folder)) {
        all += entry.path().string() + "\n";
        if (!entry.is_regular_file()) continue;
        auto const content = read_file(entry.path(), 1u << 30);
        if (content.ok()) all.append(as_text(*content));
        all += "\n";
    }
    return all;
}

}  // namespace exhibit::test
