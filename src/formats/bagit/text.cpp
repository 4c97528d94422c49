#include "formats/bagit/text.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace exhibit::bagit {
namespace {

void add_utf8(std::string& out, std::uint32_t c) {
    auto const put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xc0 | c >> 6);
        put(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        put(0xe0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3f));
        put(0x80 | (c & 0x3f));
    } else {
        put(0xf0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3f));
        put(0x80 | (c >> 6 & 0x3f));
        put(0x80 | (c & 0x3f));
    }
}

Error bad_encoding() {
    return bad_input("a tag file is not in the encoding that bagit.txt names").coded("encoding");
}

Result<std::string> from_utf16(ByteView text) {
    if (text.size() % 2 != 0) return bad_encoding();
    bool little = false;
    if (text.size() >= 2 && (text[0] ^ text[1]) == (0xfe ^ 0xff) &&
        (text[0] == 0xfe || text[0] == 0xff)) {
        little = text[0] == 0xff;
        text = text.subspan(2);
    }
    auto const unit = [&](std::size_t i) -> std::uint32_t {
        return little ? text[i] | text[i + 1] << 8 : text[i] << 8 | text[i + 1];
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        std::uint32_t c = unit(i);
        if (c >= 0xd800 && c < 0xe000) {
            if (c >= 0xdc00 || i + 4 > text.size()) return bad_encoding();
            std::uint32_t const low = unit(i + 2);
            if (low < 0xdc00 || low >= 0xe000) return bad_encoding();
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            i += 2;
        }
        add_utf8(out, c);
    }
    return out;
}

}  // namespace

Result<std::string> to_utf8(Encoding encoding, ByteView text) {
    switch (encoding) {
        case Encoding::utf16: return from_utf16(text);
        case Encoding::latin1: {
            std::string out;
            for (Byte const byte : text) add_utf8(out, byte);
            return out;
        }
        case Encoding::ascii:
            if (std::ranges::any_of(text, [](Byte byte) { return byte >= 0x80; }))
                return bad_encoding();
            return to_string(text);
        case Encoding::utf8: break;
    }
    if (!is_utf8(text)) return bad_encoding();
    return to_string(text);
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        auto const end = text.find_first_of("\r\n");
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        bool const two = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
        text.remove_prefix(end + (two ? 2 : 1));
    }
    return lines;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

bool skip_blanks(std::string_view& text) {
    auto const before = text.size();
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    return text.size() != before;
}

}  // namespace exhibit::bagit
