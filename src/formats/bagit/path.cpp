#include "formats/bagit/path.hpp"

#include "base/encoding.hpp"

namespace exhibit::bagit {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool has_bad_component(std::string_view path) {
    for (;;) {
        auto const end = path.find('/');
        auto const component = path.substr(0, end);
        if (component.empty() || component == "." || component == "..") return true;
        if (end == std::string_view::npos) return false;
        path.remove_prefix(end + 1);
    }
}

// What "%0a" stands for; 0 when it is not an escape that this version knows.
char decoded_escape(Version version, std::string_view text) {
    if (text.size() < 3 || text[0] != '%') return 0;
    if (text[1] == '0' && (text[2] == 'A' || text[2] == 'a')) return '\n';
    if (text[1] == '0' && (text[2] == 'D' || text[2] == 'd')) return '\r';
    if (version >= version_1_0 && text[1] == '2' && text[2] == '5') return '%';
    return 0;
}

// U+00C0 to U+00FF, the letters that old file names have composed or decomposed. '-': no base
// letter.
constexpr std::string_view latin_bases =
    "aaaaaa-ceeeeiiii-nooooo-ouuuuy--aaaaaa-ceeeeiiii-nooooo-ouuuuy-y";
static_assert(latin_bases.size() == 64);

}  // namespace

Outcome check_path(std::string_view path) {
    auto const refuse = [](char const* why) {
        return bad_input(std::string("a path of the bag ") + why)
            .coded("path")
            .hint("do not unpack or open this bag by its lists");
    };
    if (path.empty() || path.size() > path_bytes_max) return refuse("is empty or too long");
    if (!is_utf8(as_bytes(path))) return refuse("is not UTF-8");
    if (path.find('\0') != std::string_view::npos) return refuse("holds a zero byte");
    if (path.find('\\') != std::string_view::npos) return refuse("holds a backslash");
    if (path[0] == '/') return refuse("is absolute");
    if (path[0] == '~') return refuse("points to somebody's home folder");
    if (path[0] == ' ' || path[0] == '\t') return refuse("starts with a blank");
    if (path.size() >= 2 && path[1] == ':' && is_letter(path[0]))
        return refuse("has a drive letter");
    if (has_bad_component(path))
        return refuse("leaves the bag or goes through an empty folder name");
    return {};
}

std::string encode_path(std::string_view path) {
    std::string out;
    for (char const c : path) {
        if (c == '\r')
            out += "%0D";
        else if (c == '\n')
            out += "%0A";
        else if (c == '%')
            out += "%25";
        else
            out += c;
    }
    return out;
}

std::string decode_path(Version version, std::string_view text) {
    std::string out;
    while (!text.empty()) {
        char const escape = decoded_escape(version, text);
        out += escape != 0 ? escape : text.front();
        text.remove_prefix(escape != 0 ? 3 : 1);
    }
    return out;
}

bool is_system_file(std::string_view path) {
    auto const slash = path.rfind('/');
    auto const name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    return name == ".DS_Store" || name == "Thumbs.db" || name == "desktop.ini";
}

std::string loose_name(std::string_view path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        auto const c = static_cast<unsigned char>(path[i]);
        auto const next = i + 1 < path.size() ? static_cast<unsigned char>(path[i + 1]) : 0U;
        // U+0300 to U+036F, the combining marks, are CC 80 to CD AF.
        if (c == 0xcc || (c == 0xcd && next <= 0xaf)) {
            ++i;
        } else if (c == 0xc3 && next >= 0x80 && next < 0xc0 && latin_bases[next - 0x80] != '-') {
            out += latin_bases[next - 0x80];
            ++i;
        } else {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : path[i];
        }
    }
    return out;
}

}  // namespace exhibit::bagit
