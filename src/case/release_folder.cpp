#include "case/release_folder.hpp"

#include "base/encoding.hpp"

namespace exhibit::release_folder {
namespace {

constexpr std::size_t name_bytes_max = 200;

// What some file system, BagIt, a torrent or a shell cannot take, and what fools the eye: control
// characters in any plane of Unicode that we know to move or hide text.
bool is_plain(std::string_view character) {
    if (character.size() == 1) {
        auto const c = static_cast<unsigned char>(character[0]);
        return c >= 0x20 && c != 0x7f &&
               std::string_view("/\\:*?\"<>|%").find(character[0]) == std::string_view::npos;
    }
    if (character.size() == 2) {
        auto const c = static_cast<unsigned char>(character[1]);
        if (character[0] == '\xc2' && (c < 0xa0 || c == 0xad))
            return false;                // C1 controls, soft hyphen
        return character != "\xd8\x9c";  // Arabic letter mark
    }
    if (character.size() == 3) {
        auto const middle = static_cast<unsigned char>(character[1]);
        auto const last = static_cast<unsigned char>(character[2]);
        if (character[0] == '\xe2' && middle == 0x80) {
            // U+200B…F but the joiners U+200C and U+200D, with which words are spelled; U+2028…E
            if (last == 0x8b || last == 0x8e || last == 0x8f || (last >= 0xa8 && last <= 0xae))
                return false;
        }
        if (character[0] == '\xe2' && middle == 0x81 && last >= 0xa0) return last > 0xaf;
        return character != "\xef\xbb\xbf";
    }
    return !character.starts_with("\xf3\xa0");  // tags, U+E0000
}

std::size_t character_bytes(std::string_view text) {
    for (std::size_t n = 1; n <= 4 && n <= text.size(); ++n) {
        if (is_utf8(as_bytes(text.substr(0, n)))) return n;
    }
    return 0;
}

}  // namespace

std::string safe_file_name(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        auto const size = character_bytes(name);
        auto const character = name.substr(0, std::max<std::size_t>(size, 1));
        if (out.size() + character.size() > name_bytes_max) break;
        out += size != 0 && is_plain(character) ? std::string(character) : "_";
        name.remove_prefix(character.size());
    }
    // Hidden, a home folder, an option of a program, "." and "..": none of these begins a name.
    if (!out.empty() && std::string_view(".~- ").find(out[0]) != std::string_view::npos)
        out[0] = '_';
    auto const end = out.find_last_not_of(" .");
    auto const kept = end == std::string::npos ? 0 : end + 1;
    out.replace(kept, std::string::npos, out.size() - kept, '_');
    return out.empty() ? "_" : out;
}

}  // namespace exhibit::release_folder
