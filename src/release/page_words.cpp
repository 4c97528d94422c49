#include "release/page_words.hpp"

#include "base/verify.hpp"
#include "formats/json/json.hpp"
#include "formats/tar/name.hpp"
#include "release/html.hpp"
#include "release/page_assets.hpp"

namespace exhibit::release::words {
namespace {

Json const& table() {
    static Json const all = [] {
        auto parsed = parse_json(as_bytes(page_assets::strings));
        VERIFY(parsed.ok());
        return parsed.take();
    }();
    return all;
}

// What a name holds must not reorder the sentence around it (UAX 9: FSI … PDI).
std::string isolated(std::string const& text) { return "\u2068" + tar::printable(text) + "\u2069"; }

std::string show(Value const& value) {
    if (auto const* text = std::get_if<std::string>(&value)) return isolated(*text);
    if (auto const* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number);
    if (auto const* time = std::get_if<WallTime>(&value)) return show_time(*time);
    return show_duration(std::get<Duration>(value));
}

// Times are written alike in every language; a duration goes as milliseconds.
Json to_json(Value const& value) {
    if (auto const* number = std::get_if<std::uint64_t>(&value)) return *number;
    if (auto const* time = std::get_if<WallTime>(&value)) return show_time(*time);
    if (auto const* text = std::get_if<std::string>(&value)) return tar::printable(*text);
    return {{"ms", std::get<Duration>(value).count_ms()}};
}

std::string values_attribute(Values const& values) {
    if (values.empty()) return {};
    auto json = Json::object();
    for (auto const& [name, value] : values) json[name] = to_json(value);
    return html_text(write_json(json));
}

}  // namespace

std::string english(char const* key, Values const& values) {
    auto const at = table().find(key);
    VERIFY(at != table().end());
    auto const text = at->get<std::string>();
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const end = text[i] == '{' ? text.find('}', i) : std::string::npos;
        if (end == std::string::npos) {
            out += text[i];
            continue;
        }
        auto const name = text.substr(i + 1, end - i - 1);
        for (auto const& [which, value] : values) {
            if (name == which) out += show(value);
        }
        i = end;
    }
    return out;
}

std::string marks(char const* key, Values const& values) {
    auto out = " data-t=\"" + std::string(key) + "\"";
    if (!values.empty()) out += " data-v=\"" + values_attribute(values) + "\"";
    return out;
}

std::string attribute(char const* name, char const* key, Values const& values) {
    auto out = " " + std::string(name) + "=\"" + html_text(english(key, values)) + "\" data-t-" +
               name + "=\"" + key + "\"";
    if (!values.empty()) out += " data-v=\"" + values_attribute(values) + "\"";
    return out;
}

std::string element(char const* tag, char const* key, Values const& values) {
    return "<" + std::string(tag) + marks(key, values) + ">" + html_text(english(key, values)) +
           "</" + tag + ">";
}

}  // namespace exhibit::release::words
