// slip39: a secret divided into word shares, k of n of which give it back.
// SLIP-0039 "Shamir's Secret-Sharing for Mnemonic Codes" (SatoshiLabs), final, with the extendable
// flag.
//
// Comes in: a master secret (16 to 64 bytes, even; a case key's is 32) and how many of how many.
// Goes out: mnemonics, 33 words for 32 bytes, that every SLIP-39 tool reads; and the secret again.
//
// Reading order: wordlist.hpp (1024 words, looked up without secret-dependent branches), rs1024.hpp
// (checksum), mnemonic.cpp (bits <-> words), gf256.hpp and shamir.hpp (the division), cipher.hpp
// (the passphrase), slip39.cpp (split, combine).
//
// We write one group, k of n, with the extendable flag. We read any two-level set (groups of
// members). Not implemented: making sets of several groups; secrets longer than 64 bytes;
// correcting a mistyped word (the standard forbids doing it unasked).
//
// A wrong passphrase is not detectable: it gives another secret of the same length. Check what
// comes out against something known (the case's public recipient) before you call it right.
#pragma once

#include "base/random.hpp"
#include "base/secret.hpp"

namespace exhibit::slip39 {

inline constexpr std::size_t secret_bytes_min = 16;
inline constexpr std::size_t secret_bytes_max = 64;
inline constexpr unsigned share_count_max = 16;
inline constexpr unsigned iteration_exponent_max = 15;
inline constexpr std::size_t mnemonic_bytes_max = 4096;  // as typed, with stray spaces

// What one mnemonic says. Counts and thresholds are as people say them (1 to 16), not as encoded.
struct Share {
    std::uint16_t id = 0;  // 15 bits, the same in all shares of a set
    bool extendable = true;
    unsigned iteration_exponent = 1;
    unsigned group_index = 0;
    unsigned group_threshold = 1;
    unsigned group_count = 1;
    unsigned member_index = 0;
    unsigned member_threshold = 1;
    SecretBytes value;
};

// Takes any case, stray white space and four-letter prefixes; never corrects. Errors give the
// number of the word, never the word. Codes: "word", "length", "checksum", "padding", "threshold".
Result<Share> parse_mnemonic(ByteView text);
// Lower case, single spaces, whole words. The share must be within the limits above.
SecretBytes write_mnemonic(Share const& share);

// `count` mnemonics, any `threshold` of which give the master secret back. The passphrase is
// printable ASCII and may be empty. Codes: "length", "threshold", "passphrase", "exponent".
Result<std::vector<SecretBytes>> split(SecretBytes const& master, unsigned threshold,
                                       unsigned count, SecretBytes const& passphrase,
                                       unsigned iteration_exponent = 1);
// The same with the randomness as an argument: for tests, which need the same shares twice.
Result<std::vector<SecretBytes>> split_with(Random& random, SecretBytes const& master,
                                            unsigned threshold, unsigned count,
                                            SecretBytes const& passphrase,
                                            unsigned iteration_exponent = 1);

// Exactly as many mnemonics as the set needs, no more: who has more chooses before calling.
// Codes: those of parse_mnemonic (`where` says which mnemonic), "mismatch" (shares of different
// sets), "duplicate", "threshold" (too few or too many), "digest" (a share is forged or damaged),
// "passphrase".
Result<SecretBytes> combine(std::span<SecretBytes const> mnemonics, SecretBytes const& passphrase);

}  // namespace exhibit::slip39
