// A guardian's TLS identity: a key of its own and a certificate it made itself. Nobody vouches for
// it but the invitation, which carries the pin. The certificate says CN=exhibit.guardian whoever
// runs it, and its dates are the same for everybody, so that it betrays neither name nor day.
#pragma once

#include "base/secret.hpp"

namespace exhibit {

// "sha256//" and the padded base64 of the SHA-256 of the SubjectPublicKeyInfo: curl's form.
using TlsPin = std::string;

struct TlsIdentity {
    std::string certificate_pem;
    SecretBytes private_key_pem;  // PKCS#8, not encrypted

    // ECDSA P-256.
    static Result<TlsIdentity> generate();
    // The pair read back from disk; code "tls-identity" when they do not fit together.
    static Result<TlsIdentity> from_pem(std::string certificate_pem, SecretBytes private_key_pem);
    Result<TlsPin> pin() const;
};

// Is it in the form above, with a 32-byte digest?
Outcome check_pin(TlsPin const& pin);

}  // namespace exhibit
