// The passphrase: a four-round Feistel network over the master secret's halves, keyed by PBKDF2.
// Any passphrase decrypts to something; nothing tells the right one (SLIP-0039, "Encryption of the
// master secret").
#pragma once

#include "formats/slip39/slip39.hpp"

namespace exhibit::slip39 {

// What the cipher takes from a share beside the secret.
struct CipherParameters {
    std::uint16_t id = 0;
    bool extendable = true;
    unsigned iteration_exponent = 1;
};

// Printable ASCII, or empty. Code "passphrase".
Outcome check_passphrase(SecretBytes const& passphrase);
SecretBytes encrypt(SecretBytes const& master, SecretBytes const& passphrase,
                    CipherParameters with);
SecretBytes decrypt(SecretBytes const& encrypted, SecretBytes const& passphrase,
                    CipherParameters with);

}  // namespace exhibit::slip39
