#include "formats/age/identity_file.hpp"

#include <algorithm>
#include <functional>

#include "base/encoding.hpp"

namespace exhibit::age {
namespace {

// Calls take for each line that is neither empty nor a comment. The views stay inside `text`, so no
// copy of a key is made.
Outcome each_key(std::string_view text, char const* code,
                 std::function<Outcome(std::string_view, std::size_t number)> const& take) {
    if (!is_utf8(as_bytes(text))) return bad_input("the key file is not UTF-8 text").coded(code);
    std::size_t number = 0;
    std::size_t keys = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto const stop = std::min(text.find('\n', at), text.size());
        auto line = text.substr(at, stop - at);
        at = stop + 1;
        ++number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty() || line.starts_with('#')) continue;
        if (++keys > keys_most) return bad_input("the key file holds too many keys").coded(code);
        TRY(take(line, number));
    }
    if (keys == 0) return bad_input("the key file holds no key").coded(code);
    return {};
}

template <typename Key>
Outcome keep(Result<Key> key, std::size_t line_number, std::vector<Key>& keys) {
    if (!key.ok()) return key.take_error().at("line " + std::to_string(line_number));
    keys.push_back(key.take());
    return {};
}

}  // namespace

Result<std::vector<X25519Identity>> parse_identity_file(ByteView text) {
    std::vector<X25519Identity> out;
    auto const take = [&](std::string_view line, std::size_t number) -> Outcome {
        if (line.starts_with("AGE-SECRET-KEY-PQ-1") || line.starts_with("AGE-PLUGIN-")) {
            return bad_input("this kind of age identity is not supported here")
                .at("line " + std::to_string(number))
                .hint("open the file with age itself")
                .coded("identity");
        }
        return keep(X25519Identity::parse(as_bytes(line)), number, out);
    };
    TRY(each_key(as_text(text), "identity", take));
    return out;
}

Result<std::vector<X25519Recipient>> parse_recipients_file(std::string_view text) {
    std::vector<X25519Recipient> out;
    auto const take = [&](std::string_view line, std::size_t number) {
        return keep(X25519Recipient::parse(line), number, out);
    };
    TRY(each_key(text, "recipient", take));
    return out;
}

SecretBytes write_identity_file(X25519Identity const& identity) {
    auto const comment = "# public key: " + identity.recipient().text() + "\n";
    auto const key = identity.text();
    SecretBytes out(comment.size() + key.size() + 1);
    auto to = out.reveal_for_writing();
    std::ranges::copy(as_bytes(comment), to.begin());
    // reveal: from one locked place to another.
    std::ranges::copy(key.reveal(), to.begin() + static_cast<std::ptrdiff_t>(comment.size()));
    to.back() = '\n';
    return out;
}

}  // namespace exhibit::age
