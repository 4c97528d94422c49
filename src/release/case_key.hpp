// k shares give the passphrase of case-key.age: the SLIP-39 secret in lower-case
// hex. SLIP-39 cannot tell a wrong passphrase from a right one, so the key that comes out is held
// against the recipient that the exhibits were sealed to.
#pragma once

#include "formats/age/age.hpp"

#include "case/policy.hpp"

namespace exhibit::release {

// Digests of the words as the policy names them; empty when there is no policy at hand.
using ShareDigests = std::vector<DocumentDigest>;
ShareDigests share_digests(Policy const& policy);

// More shares than needed may be given, some of them wrong. With digests the wrong ones are named
// by their place ("share 2"); without, subsets are tried, a bounded number of them. `recipient` may
// be empty when it is not known (case-key.age and nothing else): then the age file's own check is
// all there is. Codes: "shares" (too few good ones), "case-key" (the file or the key in it is
// another case's).
Result<age::X25519Identity> combine_case_key(std::span<SecretBytes const> shares,
                                             ByteView case_key_age, std::string_view recipient,
                                             ShareDigests const& digests = {});

// Words as people type them: lower case, single blanks, without a line end. What digests are taken
// of. Codes of slip39::parse_mnemonic.
Result<SecretBytes> normal_words(ByteView typed);

}  // namespace exhibit::release
