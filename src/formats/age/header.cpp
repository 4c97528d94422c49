#include "formats/age/header.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/kdf.hpp"

namespace exhibit::age {
namespace {

constexpr std::string_view version_line = "age-encryption.org/v1";
constexpr std::string_view stanza_start = "-> ";
constexpr std::string_view mac_start = "--- ";
constexpr std::size_t body_columns = 64;

Error malformed(std::string why, std::size_t offset) {
    return bad_input("the age header is malformed: " + std::move(why))
        .at("byte " + std::to_string(offset))
        .coded("header");
}

// A line without its LF. A CR is an ordinary, and so a wrong, character.
Result<std::string_view> take_line(Reader& reader) {
    auto const start = reader.offset();
    if (start > header_bytes_most) return malformed("too long", start);
    auto line = reader.take_until('\n', header_bytes_most);
    if (!line.ok()) return malformed("it ends in the middle of a line", start);
    return as_text(line.value());
}

bool is_visible(char c) { return c >= 0x21 && c <= 0x7e; }

Result<std::vector<std::string>> parse_arguments(std::string_view text, std::size_t offset) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= text.size();) {
        auto const stop = std::min(text.find(' ', at), text.size());
        auto const word = text.substr(at, stop - at);
        if (word.empty()) return malformed("empty stanza argument", offset);
        if (word.size() > argument_bytes_most) return malformed("stanza argument too long", offset);
        if (!std::ranges::all_of(word, is_visible))
            return malformed("stanza argument not ASCII", offset);
        out.emplace_back(word);
        at = stop + 1;
    }
    return out;
}

// "A stanza body ends at the first line shorter than 64 columns", which may be empty.
Result<Bytes> parse_body(Reader& reader) {
    Bytes out;
    while (true) {
        auto const offset = reader.offset();
        auto line = TRY(take_line(reader));
        if (line.size() > body_columns) return malformed("stanza body line too long", offset);
        auto bytes = from_base64(line, Base64::unpadded);
        if (!bytes.ok()) return malformed("stanza body is not canonical base64", offset);
        append(out, bytes.value());
        if (line.size() < body_columns) return out;
    }
}

Result<Digest256> parse_mac(std::string_view line, std::size_t offset) {
    if (!line.starts_with(mac_start)) return malformed("no MAC after ---", offset);
    auto bytes = from_base64(line.substr(mac_start.size()), Base64::unpadded);
    if (!bytes.ok()) return malformed("the MAC is not canonical base64", offset);
    auto mac = exactly<32>(bytes.value());
    if (!mac.ok()) return malformed("the MAC has the wrong length", offset);
    return mac;
}

void write_stanza(Stanza const& stanza, Bytes& out) {
    append(out, "->");
    for (auto const& argument : stanza.arguments) append(out, " " + argument);
    append(out, "\n");
    auto const body = to_base64(stanza.body, Base64::unpadded);
    std::size_t at = 0;
    for (; body.size() - at >= body_columns; at += body_columns) {
        append(out, std::string_view(body).substr(at, body_columns));
        append(out, "\n");
    }
    append(out, std::string_view(body).substr(at));
    append(out, "\n");
}

}  // namespace

Result<Header> parse_header(Reader& reader) {
    auto const first = TRY(take_line(reader));
    if (first != version_line) {
        return malformed("it is not an age v1 file", 0).hint("is this the right file?");
    }
    Header header;
    while (true) {
        auto const offset = reader.offset();
        auto const line = TRY(take_line(reader));
        if (line.starts_with("---")) {
            if (header.stanzas.empty()) return malformed("it has no stanza", offset);
            header.mac = TRY(parse_mac(line, offset));
            return header;
        }
        if (!line.starts_with(stanza_start))
            return malformed("neither a stanza nor the MAC", offset);
        if (header.stanzas.size() == stanzas_most) return malformed("too many stanzas", offset);
        Stanza stanza;
        stanza.arguments = TRY(parse_arguments(line.substr(stanza_start.size()), offset));
        stanza.body = TRY(parse_body(reader));
        header.stanzas.push_back(std::move(stanza));
    }
}

Bytes write_header_without_mac(std::span<Stanza const> stanzas) {
    Bytes out = to_bytes(version_line);
    append(out, "\n");
    for (auto const& stanza : stanzas) write_stanza(stanza, out);
    append(out, "---");
    return out;
}

Bytes write_header(Header const& header) {
    Bytes out = write_header_without_mac(header.stanzas);
    append(out, " " + to_base64(header.mac, Base64::unpadded) + "\n");
    return out;
}

Digest256 header_mac(FileKey const& file_key, ByteView header_without_mac) {
    // reveal: key derivation.
    auto const key = hkdf_sha256(file_key.reveal(), {}, "header");
    return hmac_sha256(key.reveal(), header_without_mac);
}

std::optional<std::size_t> find_header_end(ByteView bytes, std::size_t& searched) {
    auto const text = as_text(bytes);
    auto const mac_line = text.find("\n---", searched);
    if (mac_line == std::string_view::npos) {
        searched = text.size() < 3 ? 0 : text.size() - 3;
        return std::nullopt;
    }
    searched = mac_line;
    auto const end = text.find('\n', mac_line + 1);
    if (end == std::string_view::npos) return std::nullopt;
    return end + 1;
}

}  // namespace exhibit::age
