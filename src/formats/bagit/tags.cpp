// bagit.txt (RFC 8493 §2.1.1), bag-info.txt (§2.2.2) and fetch.txt (§2.2.3).
#include <algorithm>
#include <charconv>

#include "base/encoding.hpp"
#include "formats/bagit/path.hpp"
#include "formats/bagit/text.hpp"

namespace exhibit::bagit {
namespace {

constexpr std::string_view version_label = "BagIt-Version";
constexpr std::string_view encoding_label = "Tag-File-Character-Encoding";

// Digits only, no sign, no blank; the whole text.
template <typename Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    bool const digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || !digits || error != std::errc() || end != text.data() + text.size())
        return {};
    return value;
}

Error bad_declaration(std::string what) {
    return bad_input(std::move(what)).at("bagit.txt").coded("bagit-txt");
}

Result<Version> parse_version(std::string_view text) {
    constexpr std::pair<std::string_view, Version> known[] = {
        {"0.93", {0, 93}}, {"0.94", {0, 94}}, {"0.95", {0, 95}},
        {"0.96", {0, 96}}, {"0.97", {0, 97}}, {"1.0", version_1_0}};
    for (auto const& [name, version] : known) {
        if (text == name) return version;
    }
    return bad_input("the bag has a version that is not known: only 0.93 to 0.97 and 1.0 are")
        .at("bagit.txt")
        .coded("version");
}

Result<Encoding> parse_encoding(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (upper == "UTF-8") return Encoding::utf8;
    if (upper == "UTF-16") return Encoding::utf16;
    if (upper == "ISO-8859-1") return Encoding::latin1;
    if (upper == "US-ASCII" || upper == "ASCII") return Encoding::ascii;
    return bad_input("the bag's tag files are in an encoding that is not known")
        .at("bagit.txt")
        .coded("encoding");
}

struct Field {
    std::string_view label;
    std::string_view value;
};

std::optional<Field> split_field(std::string_view line) {
    auto const colon = line.find(':');
    if (colon == std::string_view::npos) return {};
    return Field{trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1))};
}

Error bad_info(std::string what) {
    return bad_input(std::move(what)).at("bag-info.txt").coded("bag-info");
}

bool is_writable(std::string_view text) {
    return is_utf8(as_bytes(text)) && text.find_first_of("\r\n") == std::string_view::npos &&
           trimmed(text) == text;
}

Result<FetchLine> parse_fetch_line(Version version, std::string_view line) {
    auto const malformed = [] {
        return bad_input("a line of fetch.txt is not an address, a length and a path")
            .coded("fetch");
    };
    auto const word = [&line] {
        auto const found = line.substr(0, line.find_first_of(" \t"));
        line.remove_prefix(found.size());
        return found;
    };
    FetchLine fetch;
    fetch.url = word();
    if (fetch.url.empty() || !skip_blanks(line)) return malformed();
    auto const length = word();
    fetch.length = number<std::uint64_t>(length);
    if ((length != "-" && !fetch.length) || !skip_blanks(line)) return malformed();
    if (line.starts_with("./")) line.remove_prefix(2);
    fetch.path = decode_path(version, line);
    TRY(check_path(fetch.path));
    return fetch;
}

}  // namespace

std::string write_declaration() {
    return "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
}

Result<Declaration> parse_declaration(ByteView text) {
    auto const lines = lines_of(as_text(text));
    if (lines.size() != 2) return bad_declaration("bagit.txt has not exactly two lines");
    auto const first = split_field(lines[0]);
    auto const second = split_field(lines[1]);
    // A byte order mark makes the first label another one, as the standard wants it.
    if (!first || first->label != version_label || !second || second->label != encoding_label) {
        return bad_declaration("bagit.txt does not name version and encoding");
    }
    Declaration declaration;
    declaration.version = TRY(parse_version(first->value));
    declaration.encoding = TRY(parse_encoding(second->value));
    auto const exact = [](std::string_view line, std::string_view label, std::string_view value) {
        return line == std::string(label) + ": " + std::string(value);
    };
    bool const strict = exact(lines[0], version_label, first->value) &&
                        exact(lines[1], encoding_label, second->value);
    if (declaration.version >= version_1_0 && !strict) {
        return bad_declaration("bagit.txt has blanks where version 1.0 allows none");
    }
    return declaration;
}

Result<std::string> write_bag_info(std::vector<InfoField> const& fields) {
    std::string out;
    for (auto const& [label, value] : fields) {
        if (label.empty() || label.find(':') != std::string::npos || !is_writable(label) ||
            !is_writable(value)) {
            return bad_info(
                "a label or a value cannot be written: colon, line break or outer blanks");
        }
        out += label + ": " + value + "\n";
    }
    return out;
}

Result<std::vector<InfoField>> parse_bag_info(std::string_view text) {
    if (!is_utf8(as_bytes(text))) return bad_info("bag-info.txt is not text");
    std::vector<InfoField> fields;
    for (auto const line : lines_of(text)) {
        if (trimmed(line).empty()) continue;
        if (is_blank(line.front())) {  // the value before goes on
            if (fields.empty()) return bad_info("bag-info.txt starts with a continued line");
            auto& value = fields.back().value;
            value += (value.empty() ? "" : " ") + std::string(trimmed(line));
            continue;
        }
        auto const field = split_field(line);
        if (!field || field->label.empty()) return bad_info("a line of bag-info.txt has no label");
        fields.push_back({std::string(field->label), std::string(field->value)});
    }
    return fields;
}

Result<Oxum> parse_oxum(std::string_view text) {
    auto const dot = text.find('.');
    auto const bytes = number<std::uint64_t>(text.substr(0, dot));
    auto const files =
        dot == std::string_view::npos ? std::nullopt : number<std::uint64_t>(text.substr(dot + 1));
    if (!bytes || !files)
        return bad_input("the Payload-Oxum is not two numbers and a dot").coded("oxum");
    return Oxum{*bytes, *files};
}

std::string write_oxum(std::vector<ListedFile> const& payload) {
    std::uint64_t bytes = 0;
    for (auto const& file : payload) bytes += file.size;
    return std::to_string(bytes) + "." + std::to_string(payload.size());
}

Result<std::vector<FetchLine>> parse_fetch(Version version, std::string_view text) {
    std::vector<FetchLine> lines;
    for (auto const line : lines_of(text)) {
        if (trimmed(line).empty()) continue;
        auto fetch = parse_fetch_line(version, line);
        if (!fetch) return fetch.take_error().at("fetch.txt");
        lines.push_back(fetch.take());
    }
    return lines;
}

}  // namespace exhibit::bagit
