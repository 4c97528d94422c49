// A guardian's three keys, in <data>/keys: signing.pem (Ed25519, PKCS#8), age.txt (an age identity
// file) and tls.key with tls.crt. Made on the first start, all or nothing: a guardian with half of
// its keys would give out invitations that cannot be kept.
#pragma once

#include "base/files.hpp"
#include "case/ids.hpp"
#include "formats/age/x25519.hpp"
#include "net/tls_identity.hpp"

namespace exhibit::guard {

struct GuardianKeys {
    SigningKey signing;
    age::X25519Identity identity;
    TlsIdentity tls;
    ByteArray<32> pin{};

    GuardianId id() const { return guardian_id(signing.public_key()); }
};

Result<GuardianKeys> open_or_make_keys(Path const& data);

// One more signing key beside them, each for one purpose: the log's and the cosigner's.
Result<SigningKey> open_or_make_signing_key(Path const& file);

}  // namespace exhibit::guard
