#include "case/known_keys.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace exhibit {
namespace {

constexpr std::size_t glance_bytes = 4;

Error wrong(std::string what, std::size_t line) {
    return bad_input(std::move(what))
        .at("line " + std::to_string(line))
        .coded("known-keys")
        .hint("a line is:  witness|guardian  64 hex digits  name");
}

std::string_view take_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    auto const word = text.substr(0, text.find_first_of(" \t"));
    text.remove_prefix(word.size());
    return word;
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= KnownKeys::name_bytes_max && is_utf8(as_bytes(name)) &&
           name.front() != ' ' && name.back() != ' ' &&
           std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace

char const* word_of(KnownKey::Role role) {
    return role == KnownKey::Role::witness ? "witness" : "guardian";
}

Result<KnownKeys> KnownKeys::parse(std::string_view text) {
    if (text.size() > bytes_max) return wrong("the list of known keys is too long", 1);
    KnownKeys out;
    for (std::size_t number = 1; !text.empty(); ++number) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        while (line.ends_with('\r')) line.remove_suffix(1);
        auto rest = line;
        auto const role = take_word(rest);
        if (role.empty() || role.starts_with('#')) {
            out.lines_.push_back({std::string(line), std::nullopt});
            continue;
        }
        if (role != "witness" && role != "guardian")
            return wrong("is neither witness nor guardian", number);
        auto const key_id = from_hex_exact<32>(take_word(rest));
        if (!key_id.ok()) return wrong("has no key hash of 64 hex digits", number);
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
        rest = rest.substr(0, rest.find_last_not_of(" \t") + 1);
        if (!is_name(rest)) return wrong("has no name", number);
        KnownKey key{role == "witness" ? KnownKey::Role::witness : KnownKey::Role::guardian,
                     *key_id, std::string(rest)};
        if (out.find(key.role, key.key_id) != nullptr) return wrong("names a key twice", number);
        out.lines_.push_back({{}, std::move(key)});
    }
    return out;
}

std::string KnownKeys::text() const {
    std::string out;
    for (auto const& line : lines_) {
        out += !line.key ? line.comment
                         : std::string(word_of(line.key->role)) + " " + to_hex(line.key->key_id) +
                               " " + line.key->name;
        out += "\n";
    }
    return out;
}

std::vector<KnownKey> KnownKeys::all() const {
    std::vector<KnownKey> out;
    for (auto const& line : lines_) {
        if (line.key) out.push_back(*line.key);
    }
    return out;
}

KnownKey const* KnownKeys::find(KnownKey::Role role, Digest256 const& key_id) const {
    for (auto const& line : lines_) {
        if (line.key && line.key->role == role && line.key->key_id == key_id) return &*line.key;
    }
    return nullptr;
}

KnownKey const* KnownKeys::look_alike(KnownKey::Role role, Digest256 const& key_id) const {
    for (auto const& line : lines_) {
        if (!line.key || line.key->role != role || line.key->key_id == key_id) continue;
        if (std::equal(key_id.begin(), key_id.begin() + glance_bytes, line.key->key_id.begin()))
            return &*line.key;
    }
    return nullptr;
}

Outcome KnownKeys::add(KnownKey key) {
    if (!is_name(key.name))
        return wrong_use("is not a name that can be written down").coded("known-keys");
    for (auto& line : lines_) {
        if (line.key && line.key->role == key.role && line.key->key_id == key.key_id) {
            line.key = std::move(key);
            return {};
        }
    }
    lines_.push_back({{}, std::move(key)});
    return {};
}

bool KnownKeys::remove(Digest256 const& key_id) {
    return std::erase_if(lines_, [&](Line const& line) {
               return line.key && line.key->key_id == key_id;
           }) > 0;
}

}  // namespace exhibit
