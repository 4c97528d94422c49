// Ciphertext file in, plaintext out, on two threads: the worker reads, hands the ciphertext to
// `tap` (hash it, copy it) and decrypts; the caller's thread takes the plaintext. Three blocks of 1
// MiB travel between them, whatever the size.
#pragma once

#include "base/files.hpp"
#include "formats/age/age.hpp"

namespace exhibit::release {

// Piece by piece, in order; called on the worker's thread.
using CipherTap = std::function<Outcome(ByteView)>;

struct Decrypted {
    std::uint64_t cipher_bytes = 0;
    bool cut_short = false;  // ended before the chunk that is marked last
};

// A capture that was cut off is opened as far as its whole chunks go; anything else must be whole.
enum class CutShort { refused, allowed };

// What reaches `sink` before an error is authentic but may be a part only. Codes of age's
// Decryptor.
Result<Decrypted> decrypt_file(int fd, Path const& name, age::Identities identities,
                               CipherTap const& tap, age::Sink const& sink, CutShort cut_short);

}  // namespace exhibit::release
