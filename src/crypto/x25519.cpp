#include "crypto/x25519.hpp"

#include <sodium.h>

namespace exhibit {

X25519Public x25519_public(Secret<32> const& secret) {
    X25519Public out;
    VERIFY(crypto_scalarmult_base(out.data(), secret.reveal().data()) == 0);
    return out;
}

Result<Secret<32>> x25519(Secret<32> const& secret, X25519Public const& theirs) {
    Secret<32> shared;
    if (crypto_scalarmult(shared.reveal_for_writing().data(), secret.reveal().data(),
                          theirs.data()) != 0) {
        return bad_input("the X25519 public key is of low order").coded("low-order");
    }
    return shared;
}

}  // namespace exhibit
