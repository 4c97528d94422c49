#include "formats/tar/name.hpp"

#include <cstdio>

#include "base/encoding.hpp"
#include "formats/tar/tar.hpp"

namespace exhibit::tar {
namespace {

constexpr std::size_t component_limit = 255;  // NAME_MAX

Error refuse(std::string what) {
    return bad_input(std::move(what))
        .hint("the archive may be hostile: nothing of it was written")
        .coded("tar-name");
}

Outcome check_component(std::string_view component) {
    if (component.empty()) return refuse("a name in the archive has an empty part");
    if (component == "." || component == "..")
        return refuse("a name in the archive points outside its folder");
    if (component.size() > component_limit) return refuse("a name in the archive is too long");
    return {};
}

// Length of the well-formed UTF-8 character at the front, or 0.
std::size_t character_length(std::string_view text) {
    for (std::size_t n = 1; n <= 4 && n <= text.size(); ++n) {
        if (is_utf8(as_bytes(text.substr(0, n)))) return n;
    }
    return 0;
}

char32_t code_point(std::string_view character) {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    if (character.size() == 1) return byte(0);
    char32_t out = byte(0) & (0x7Fu >> character.size());
    for (std::size_t i = 1; i < character.size(); ++i) out = (out << 6) | (byte(i) & 0x3Fu);
    return out;
}

// Characters that move, hide or break the line. The joiners U+200C and U+200D are kept: Persian,
// Urdu and Indic words are spelled with them.
bool misleads(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
           c == 0x200b || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe007f);
}

std::string escaped(char32_t c) {
    if (c == '\n') return "\\n";
    if (c == '\t') return "\\t";
    if (c == '\r') return "\\r";
    char text[16];
    std::snprintf(text, sizeof text, c < 0x80 ? "\\x%02x" : "\\u{%x}", static_cast<unsigned>(c));
    return text;
}

}  // namespace

Result<std::string> safe_relative_name(std::string_view name) {
    if (name.starts_with("./")) name.remove_prefix(2);
    if (name.size() > name_limit) return refuse("a name in the archive is too long");
    if (name.find('\0') != std::string_view::npos)
        return refuse("a name in the archive holds a zero byte");
    if (name.starts_with('/')) return refuse("a name in the archive is absolute");
    for (auto rest = name;;) {
        auto const slash = rest.find('/');
        TRY(check_component(rest.substr(0, slash)));
        if (slash == std::string_view::npos) return std::string(name);
        rest.remove_prefix(slash + 1);
    }
}

namespace {

std::string escape(std::string_view name, bool backslash_too) {
    std::string out;
    while (!name.empty()) {
        auto const length = character_length(name);
        if (length == 0) {
            char text[8];
            std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned char>(name[0]));
            out += text;
            name.remove_prefix(1);
            continue;
        }
        auto const character = name.substr(0, length);
        auto const c = code_point(character);
        if (c == '\\') {
            out += backslash_too ? "\\\\" : "\\";
        } else {
            out += misleads(c) ? escaped(c) : std::string(character);
        }
        name.remove_prefix(length);
    }
    return out;
}

}  // namespace

std::string printable(std::string_view name) { return escape(name, true); }
std::string printable_line(std::string_view line) { return escape(line, false); }

}  // namespace exhibit::tar
