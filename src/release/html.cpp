#include "release/html.hpp"

#include "base/encoding.hpp"
#include "formats/tar/name.hpp"

namespace exhibit::release {

std::string html_text(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\'')
            out += "&#39;";
        else
            out += c;
    }
    return out;
}

std::string html_name(std::string_view untrusted) {
    return "<bdi>" + html_text(tar::printable(untrusted)) + "</bdi>";
}

std::string url_path(std::string_view path) {
    std::string out;
    for (char c : path) {
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-._~/").find(c) != std::string_view::npos;
        if (plain)
            out += c;
        else
            out += "%" + to_hex(ByteArray<1>{static_cast<Byte>(c)});
    }
    return out;
}

}  // namespace exhibit::release
