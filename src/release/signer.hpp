// A publisher's signing key for manifests: two keys and two certificates in a folder.
//
//   key.age        the signing key: PKCS#8 PEM inside an age file with a passphrase
//   chain.pem      its certificate, as it stands in every signature
//   root-key.age   the key that vouches for it, needed only to make the next one: keep it elsewhere
//   root.pem       the root certificate: what others put on their list of signers
//
// The certificates are self-made (C2PA §14.5 narrows what they must be): whoever has root.pem from
// the publisher knows the publisher's copies; for everybody else they are intact, by somebody who
// is not on the list. A key from a certificate authority is taken as well: key.age may be a plain
// PEM, chain.pem any chain without its root.
#pragma once

#include "base/files.hpp"
#include "base/random.hpp"
#include "crypto/certificate_issue.hpp"
#include "formats/c2pa/claim_signer.hpp"

namespace exhibit::release {

inline constexpr auto signer_key_file = "key.age";
inline constexpr auto signer_chain_file = "chain.pem";
inline constexpr auto root_key_file = "root-key.age";
inline constexpr auto root_file = "root.pem";

struct SignerPlan {
    std::string name;          // of the publisher, as readers will see it
    std::string organisation;  // empty: the name
    KeyKind kind = KeyKind::p256;
    unsigned years = 3;  // of the signing key; its root lasts 20
};

// Makes the folder, which must not be there yet; when this fails, it is not there. `old_root`: a
// folder whose root vouches for the new key too; its root-key.age opens with the same passphrase.
// Codes "exists", "passphrase", "certificate".
Result<Certificate> make_signer(Path const& folder, SignerPlan const& plan,
                                std::optional<Path> const& old_root, SecretBytes const& passphrase,
                                WallTime now, Random& random);

// Is the key in that file encrypted, so that a passphrase must be asked for?
Result<bool> needs_passphrase(Path const& key_file);

class Signer {
public:
    // Codes "passphrase", "pem", "certificate", "signer" (the key is not that of the certificate,
    // or the certificate may not sign claims).
    static Result<Signer> open(Path const& key_file, Path const& chain_file,
                               SecretBytes const& passphrase);
    // Looks into this object.
    c2pa::ClaimSigner claim_signer() const;
    Certificate const& certificate() const { return chain_.front(); }

private:
    Signer(AnyPrivateKey key, std::vector<Certificate> chain, SignatureScheme scheme)
        : key_(std::move(key)), chain_(std::move(chain)), scheme_(scheme) {}
    AnyPrivateKey key_;
    std::vector<Certificate> chain_;
    SignatureScheme scheme_;
};

}  // namespace exhibit::release
