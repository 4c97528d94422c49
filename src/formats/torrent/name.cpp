#include "formats/torrent/name.hpp"

#include "base/encoding.hpp"

namespace exhibit::torrent {
namespace {

constexpr std::size_t component_limit = 255;
constexpr std::size_t repaired_limit = 230;  // leaves room for the number of DistinctPaths

bool is_plain(char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f && c != '/' && c != '\\';
}

bool is_dots(std::string_view component) { return component == "." || component == ".."; }

// Each byte that belongs to no well-formed character becomes '_'.
std::string with_valid_utf8(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::size_t length = 1;
        while (length <= 4 && length <= text.size() && !is_utf8(as_bytes(text.substr(0, length))))
            ++length;
        bool const whole = length <= 4 && length <= text.size();
        out += whole ? std::string(text.substr(0, length)) : "_";
        text.remove_prefix(whole ? length : 1);
    }
    return out;
}

void cut_to(std::string& text, std::size_t limit) {
    if (text.size() <= limit) return;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    text.resize(limit);
}

}  // namespace

bool is_safe_component(std::string_view component) {
    if (component.empty() || component.size() > component_limit || is_dots(component)) return false;
    for (char c : component) {
        if (!is_plain(c)) return false;
    }
    return is_utf8(as_bytes(component));
}

std::string safe_component(std::string_view component) {
    if (is_safe_component(component)) return std::string(component);
    auto out = with_valid_utf8(component);
    for (char& c : out) {
        if (!is_plain(c)) c = '_';
    }
    if (out.empty()) out = "_";
    if (is_dots(out)) out.assign(out.size(), '_');
    cut_to(out, repaired_limit);
    return out;
}

std::vector<std::string> DistinctPaths::distinct(std::vector<std::string> path) {
    // A folder that is already a file is renamed first, so that the file below it has a place.
    std::vector<std::string> out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        bool const last = i + 1 == path.size();
        auto const taken = [&] { return files_.contains(out) || (last && folders_.contains(out)); };
        out.push_back(path[i]);
        for (int number = 2; taken(); ++number) {
            auto stem = path[i];
            cut_to(stem, repaired_limit);
            out.back() = stem + "_" + std::to_string(number);
        }
        if (!last) folders_.insert(out);
    }
    files_.insert(out);
    return out;
}

}  // namespace exhibit::torrent
