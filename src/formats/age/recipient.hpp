// Recipient and Identity: the two halves of "who can open this". One file per kind implements both
// (x25519.hpp, scrypt.hpp; a post-quantum kind joins the same way).
#pragma once

#include <optional>
#include <span>

#include "base/secret.hpp"

namespace exhibit::age {

using FileKey = Secret<16>;

// One way to reach the file key, as it stands in the header: "-> type argument…" and a body.
// arguments[0] is the type.
struct Stanza {
    std::vector<std::string> arguments;
    Bytes body;
};

// What else may stand in the same header. The spec asks writers to keep them apart: a passphrase
// stanza authenticates the sender only when alone, and a classical recipient beside a post-quantum
// one would take its strength away.
enum class Company { classical, post_quantum, alone };

class Recipient {
public:
    virtual ~Recipient() = default;
    [[nodiscard]] virtual Result<Stanza> wrap(FileKey const& file_key) const = 0;
    virtual Company company() const = 0;
};

class Identity {
public:
    virtual ~Identity() = default;
    // The file key; nothing when no stanza is for this identity; code "header" when a stanza of its
    // kind is malformed, which is never passed over as "not mine".
    [[nodiscard]] virtual Result<std::optional<FileKey>> unwrap(
        std::span<Stanza const> stanzas) const = 0;
};

// Lists of borrowed pointers: nobody owns through them, and none is null.
using Recipients = std::span<Recipient const* const>;
using Identities = std::span<Identity const* const>;

}  // namespace exhibit::age
