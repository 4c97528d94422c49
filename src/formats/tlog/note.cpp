#include "formats/tlog/note.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "crypto/hash.hpp"
#include "formats/tlog/checkpoint.hpp"

namespace exhibit::tlog {
namespace {

constexpr std::string_view dash = "\xE2\x80\x94 ";  // U+2014 and a space

Error not_a_note(std::string what) { return bad_input(std::move(what)).coded("note"); }
Error not_a_vkey(std::string what) { return bad_input(std::move(what)).coded("vkey"); }

// Unicode's White_Space. The text is UTF-8 already.
bool has_space(std::string_view text) {
    static constexpr std::string_view spaces[] = {" ",
                                                  "\xC2\x85",
                                                  "\xC2\xA0",
                                                  "\xE1\x9A\x80",
                                                  "\xE2\x80\x80",
                                                  "\xE2\x80\x81",
                                                  "\xE2\x80\x82",
                                                  "\xE2\x80\x83",
                                                  "\xE2\x80\x84",
                                                  "\xE2\x80\x85",
                                                  "\xE2\x80\x86",
                                                  "\xE2\x80\x87",
                                                  "\xE2\x80\x88",
                                                  "\xE2\x80\x89",
                                                  "\xE2\x80\x8A",
                                                  "\xE2\x80\xA8",
                                                  "\xE2\x80\xA9",
                                                  "\xE2\x80\xAF",
                                                  "\xE2\x81\x9F",
                                                  "\xE3\x80\x80"};
    return std::ranges::any_of(
        spaces, [&](auto space) { return text.find(space) != std::string_view::npos; });
}

bool has_control(std::string_view text, bool allow_newline) {
    return std::ranges::any_of(text, [&](char c) {
        return static_cast<unsigned char>(c) < 0x20 && !(allow_newline && c == '\n');
    });
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
    if (!line.starts_with(dash)) return not_a_note("a line among the signatures is none");
    line.remove_prefix(dash.size());
    auto const space = line.find(' ');
    if (space == std::string_view::npos) return not_a_note("a signature line has no signature");
    auto const name = line.substr(0, space);
    if (!is_key_name(name)) return not_a_note("a signature's name is not allowed");
    auto const bytes = from_base64(line.substr(space + 1));
    if (!bytes.ok() || bytes->size() < 5) return not_a_note("a signature cannot be read");
    auto const id = static_cast<std::uint32_t>((*bytes)[0]) << 24 | (*bytes)[1] << 16 |
                    (*bytes)[2] << 8 | (*bytes)[3];
    return NoteSignature{std::string(name), id, Bytes(bytes->begin() + 4, bytes->end())};
}

std::string hex_id(std::uint32_t id) { return to_hex(big_endian<4>(id)); }

}  // namespace

std::optional<PublicKey> VerifierKey::ed25519() const {
    auto const known = type == static_cast<Byte>(KeyType::ed25519) ||
                       type == static_cast<Byte>(KeyType::cosignature);
    auto const bytes = exactly<32>(key);
    if (!known || !bytes.ok()) return std::nullopt;
    return PublicKey(*bytes);
}

bool is_key_name(std::string_view name) {
    return !name.empty() && is_utf8(as_bytes(name)) && !has_space(name) &&
           !has_control(name, false) && name.find('+') == std::string_view::npos;
}

std::uint32_t key_id(std::string_view name, Byte type, ByteView key) {
    Bytes message;
    append(message, name);
    message.push_back('\n');
    message.push_back(type);
    append(message, key);
    auto const digest = sha256(message);
    return static_cast<std::uint32_t>(digest[0]) << 24 | digest[1] << 16 | digest[2] << 8 |
           digest[3];
}

VerifierKey make_verifier_key(std::string name, KeyType type, PublicKey const& key) {
    VERIFY(is_key_name(name));
    auto const tag = static_cast<Byte>(type);
    auto const id = key_id(name, tag, key.bytes());
    return {std::move(name), id, tag, to_bytes(ByteView(key.bytes()))};
}

std::string write_verifier_key(VerifierKey const& key) {
    Bytes tagged = {key.type};
    append(tagged, key.key);
    return key.name + "+" + hex_id(key.id) + "+" + to_base64(tagged);
}

Result<VerifierKey> parse_verifier_key(std::string_view text) {
    // The base64 may hold more of them: only the first two part the text.
    auto const first = text.find('+');
    auto const second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) return not_a_vkey("is no key of a signed note");
    auto const name = text.substr(0, first);
    if (!is_key_name(name)) return not_a_vkey("the name of the key is not allowed");
    auto const id = from_hex_exact<4>(text.substr(first + 1, second - first - 1));
    auto const tagged = from_base64(text.substr(second + 1));
    if (!id.ok() || !tagged.ok() || tagged->size() < 2) return not_a_vkey("is cut off or damaged");
    VerifierKey key;
    key.name = name;
    key.type = tagged->front();
    key.key.assign(tagged->begin() + 1, tagged->end());
    key.id = key_id(name, key.type, key.key);
    if (big_endian<4>(key.id) != *id) return not_a_vkey("the id is not that of the name and key");
    auto const is_ed25519 = key.type == static_cast<Byte>(KeyType::ed25519) || key.is_cosigner();
    if (is_ed25519 && key.key.size() != 32) return not_a_vkey("the key has the wrong length");
    static constexpr Byte known[] = {1, 2, 4, 5, 6, 0xff};
    if (std::ranges::find(known, key.type) == std::end(known))
        return not_a_vkey("the kind of key is not known");
    return key;
}

std::string write_signature_line(NoteSignature const& signature) {
    auto bytes = to_bytes(big_endian<4>(signature.key_id));
    append(bytes, signature.signature);
    return std::string(dash) + signature.name + " " + to_base64(bytes) + "\n";
}

std::string write_note(Note const& note) {
    auto out = note.text + "\n";
    for (auto const& signature : note.signatures) out += write_signature_line(signature);
    return out;
}

Result<std::vector<NoteSignature>> parse_signature_lines(std::string_view lines) {
    std::vector<NoteSignature> out;
    while (!lines.empty()) {
        auto const end = lines.find('\n');
        if (end == std::string_view::npos) return not_a_note("the last line does not end");
        if (out.size() == note_signatures_max) return not_a_note("has too many signatures");
        auto signature = TRY(parse_signature_line(lines.substr(0, end)));
        out.push_back(std::move(signature));
        lines.remove_prefix(end + 1);
    }
    if (out.empty()) return not_a_note("is not signed");
    return out;
}

Result<Note> parse_note(std::string_view text) {
    if (text.size() > note_bytes_max) return not_a_note("is too long");
    if (!is_utf8(as_bytes(text)) || has_control(text, true))
        return not_a_note("holds bytes that no note may hold");
    // The text may hold empty lines itself: the last one parts.
    auto const gap = text.rfind("\n\n");
    if (gap == std::string_view::npos) return not_a_note("has no signatures");
    Note note;
    note.text = text.substr(0, gap + 1);
    note.signatures = TRY(parse_signature_lines(text.substr(gap + 2)));
    return note;
}

void sign_note(Note& note, std::string const& name, SigningKey const& key) {
    auto const vkey = make_verifier_key(name, KeyType::ed25519, key.public_key());
    note.signatures.push_back({name, vkey.id, to_bytes(key.sign(as_bytes(note.text)))});
}

Result<std::vector<VerifiedSignature>> open_note(Note const& note,
                                                 std::vector<VerifierKey> const& keys) {
    std::vector<VerifiedSignature> out;
    std::set<std::size_t> counted;
    for (auto const& signature : note.signatures) {
        for (std::size_t i = 0; i < keys.size(); ++i) {
            auto const& key = keys[i];
            auto const ed25519 = key.ed25519();
            if (key.name != signature.name || key.id != signature.key_id || !ed25519) continue;
            VerifiedSignature verified{i, {}};
            bool good = false;
            if (key.is_cosigner()) {
                verified.time = cosignature_time(note.text, signature, *ed25519);
                good = verified.time.has_value();
            } else {
                good = verify_ed25519(*ed25519, as_bytes(note.text), signature.signature);
            }
            if (!good)
                return bad_input("the signature of " + key.name + " does not hold")
                    .coded("signature");
            if (counted.insert(i).second) out.push_back(verified);
        }
    }
    if (out.empty()) return bad_input("nobody who is known signed this").coded("unverified");
    return out;
}

}  // namespace exhibit::tlog
