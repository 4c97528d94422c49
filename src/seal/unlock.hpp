// The witness's key from its passphrase. Both files are always tried to the end, whichever opens,
// so that neither time nor traces tell which one was the true one.
#pragma once

#include "seal/case_folder.hpp"

namespace exhibit::seal {

// Takes about two seconds: two scrypt runs of 2^18. Code "passphrase" when it opens neither.
struct OpenedKey {
    std::string file;  // "witness-1.age" or "witness-2.age"
    SigningKey key;
};
Result<OpenedKey> open_key_file(CaseFolder const& folder, SecretBytes const& passphrase);
// The key alone, for all who need not know which file it was.
Result<SigningKey> unlock_witness_key(CaseFolder const& folder, SecretBytes const& passphrase);

}  // namespace exhibit::seal
