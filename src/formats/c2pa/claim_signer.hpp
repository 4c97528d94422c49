// Signing a claim: the COSE signature of §13.2, and in it the time stamp of §10.3.2.5, in a box
// whose size is known before anything is signed.
#pragma once

#include <functional>

#include "formats/cose/cose.hpp"

namespace exhibit::c2pa {

// Room for one time-stamp token with the certificates of its authority.
inline constexpr std::size_t stamp_bytes_max = 8192;

struct ClaimSigner {
    SignatureScheme scheme = SignatureScheme::es256;
    std::vector<Bytes> chain;         // DER, leaf first; the root is left out
    std::size_t signature_bytes = 0;  // 64 for ES256 and Ed25519
    std::function<Result<Bytes>(ByteView message)> sign;
    // A time-stamp token (DER of the ContentInfo) whose imprint is a hash of the message. None: no
    // stamp. An error of Fault::world, such as an authority that does not answer, leaves the stamp
    // out: it can be added later, see late_stamp.hpp.
    std::function<Result<Bytes>(ByteView message)> stamp;
};

// What is to be stamped by a sigTst2, from the parts of a signature.
Bytes stamped_message(ByteView protected_bytes, ByteView signature);

// Bytes of the content of the signature box.
std::size_t signature_box_bytes(ClaimSigner const& signer);

struct SignedClaim {
    Bytes content;  // of the signature box; exactly signature_box_bytes
    bool stamped = false;
};
// Errors: those of sign; "stamp-size" when a token does not fit; those of stamp that say that what
// came back is no token.
Result<SignedClaim> sign_claim(ClaimSigner const& signer, ByteView claim);

}  // namespace exhibit::c2pa
