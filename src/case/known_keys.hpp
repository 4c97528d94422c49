// The address book of whoever verifies: whose key is whose, as that person learned it. It gives
// names to hands; no proof rests on it.
//
//   # comment
//   witness  <64 hex digits> NAME
//   guardian <64 hex digits> NAME
//
// The digits are the SHA-256 of the raw public key, as everywhere in a release (the names of
// keys/*.pem, "keyid" of envelopes). Plain text, UTF-8, one key a line.
#pragma once

#include "case/ids.hpp"

namespace exhibit {

struct KnownKey {
    enum class Role { witness, guardian };
    Role role = Role::witness;
    Digest256 key_id{};
    std::string name;
    friend bool operator==(KnownKey const&, KnownKey const&) = default;
};
char const* word_of(KnownKey::Role role);

class KnownKeys {
public:
    static constexpr std::size_t bytes_max = 1 << 20;
    static constexpr std::size_t name_bytes_max = 200;

    // Code "known-keys"; where names the line. Comments are kept.
    static Result<KnownKeys> parse(std::string_view text);
    std::string text() const;

    std::vector<KnownKey> all() const;
    KnownKey const* find(KnownKey::Role role, Digest256 const& key_id) const;
    // Another key that looks the same at a glance: its first eight digits are equal.
    KnownKey const* look_alike(KnownKey::Role role, Digest256 const& key_id) const;
    // The same key again takes the new name. Code "known-keys" for a name that cannot be written.
    Outcome add(KnownKey key);
    bool remove(Digest256 const& key_id);

private:
    struct Line {
        std::string comment;  // as it stood, for a line that is no key
        std::optional<KnownKey> key;
    };
    std::vector<Line> lines_;
};

}  // namespace exhibit
