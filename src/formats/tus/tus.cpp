#include "formats/tus/tus.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"

namespace exhibit::tus {
namespace {

Error bad_metadata(std::string what) { return bad_input(std::move(what)).coded("metadata"); }

// "The key MUST NOT contain spaces and commas and MUST NOT be empty. The key SHOULD be ASCII
// encoded."
bool is_key(std::string_view key) {
    return !key.empty() &&
           std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f && c != ','; });
}

Result<MetadataEntry> parse_entry(std::string_view text) {
    auto const space = text.find(' ');
    auto const key = text.substr(0, space);
    if (!is_key(key)) return bad_metadata("a metadata key is empty or not plain ASCII");
    MetadataEntry entry{std::string(key), std::nullopt};
    if (space == std::string_view::npos) return entry;
    auto const value = from_base64(text.substr(space + 1));
    if (!value.ok()) return bad_metadata("a metadata value is not base64");
    // "key" has no value, "key " an empty one: tus-js-client writes the second.
    entry.value = value.value();
    return entry;
}

}  // namespace

Result<std::uint64_t> parse_number(std::string_view text) {
    auto const wrong = [] { return bad_input("is not a whole number").coded("number"); };
    if (text.empty() || text.size() > 19) return wrong();
    if (text.size() > 1 && text[0] == '0') return wrong();
    std::uint64_t value = 0;
    for (char const c : text) {
        if (c < '0' || c > '9') return wrong();
        value = value * 10 + static_cast<std::uint64_t>(c - '0');  // 19 digits fit into 64 bits
    }
    if (value > (std::uint64_t(1) << 63) - 1) return wrong();
    return value;
}

Result<Metadata> parse_metadata(std::string_view text) {
    if (text.size() > metadata_limit_bytes) return bad_metadata("the metadata is too long");
    Metadata metadata;
    std::set<std::string, std::less<>> seen;
    if (text.empty()) return metadata;
    for (std::size_t at = 0; at <= text.size();) {
        auto const stop = std::min(text.find(',', at), text.size());
        auto entry = TRY(parse_entry(text.substr(at, stop - at)));
        if (!seen.insert(entry.key).second) return bad_metadata("a metadata key comes twice");
        if (metadata.size() == metadata_limit_keys)
            return bad_metadata("there are too many metadata keys");
        metadata.push_back(std::move(entry));
        at = stop + 1;
    }
    return metadata;
}

std::string write_metadata(Metadata const& metadata) {
    std::string text;
    for (auto const& entry : metadata) {
        VERIFY(is_key(entry.key));
        if (!text.empty()) text += ',';
        text += entry.key;
        if (entry.value.has_value()) text += ' ' + to_base64(*entry.value);
    }
    return text;
}

std::optional<ByteView> find_value(Metadata const& metadata, std::string_view key) {
    for (auto const& entry : metadata) {
        if (entry.key == key) return entry.value.has_value() ? ByteView(*entry.value) : ByteView();
    }
    return std::nullopt;
}

Result<Checksum> parse_checksum(std::string_view text) {
    auto const space = text.find(' ');
    auto const name = text.substr(0, space);
    Checksum checksum;
    if (name == "sha1")
        checksum.kind = HashKind::sha1;
    else if (name == "sha256")
        checksum.kind = HashKind::sha256;
    else
        return bad_input("the checksum algorithm is not offered").coded("checksum-algorithm");
    if (space == std::string_view::npos)
        return bad_input("the checksum has no value").coded("checksum");
    auto digest = from_base64(text.substr(space + 1));
    std::size_t const size = checksum.kind == HashKind::sha1 ? 20 : 32;
    if (!digest.ok() || digest.value().size() != size) {
        return bad_input("the checksum is not a digest in base64").coded("checksum");
    }
    checksum.digest = digest.take();
    return checksum;
}

std::string write_checksum(Checksum const& checksum) {
    VERIFY(checksum.kind == HashKind::sha1 || checksum.kind == HashKind::sha256);
    return (checksum.kind == HashKind::sha1 ? "sha1 " : "sha256 ") + to_base64(checksum.digest);
}

}  // namespace exhibit::tus
