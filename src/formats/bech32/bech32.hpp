// bech32: keys as text that survives being typed (BIP-173, constant 1; not bech32m).
//
// Comes in: a human-readable prefix and bytes, or the text. Goes out: the text, or prefix and
// bytes. One text per value: no mixed case, checksum over the lower case form, zero padding shorter
// than five bits. BIP-173's limit of 90 characters does not apply to age keys (a post-quantum
// recipient has 1,959), so there is `longest_text` instead. Age identities travel through here, so
// bytes go straight into a SecretBytes and no intermediate copy of a key is left behind.
//
// Reading order: this file, bech32.cpp.
// Spec: https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki
// Not implemented: the SegWit address format built on top of it.
#pragma once

#include "base/secret.hpp"

namespace exhibit::bech32 {

inline constexpr std::size_t longest_text = 8192;
inline constexpr std::size_t longest_prefix = 83;

struct Decoded {
    std::string prefix;  // in the case it was written in; upper case means the whole text was
    SecretBytes data;
};

// Code "bech32". The error never quotes the text, which may be a key.
Result<Decoded> decode(std::string_view text);

// The case of the prefix decides the case of the text.
std::string encode(std::string_view prefix, ByteView data);
SecretBytes encode_secret(std::string_view prefix, ByteView data);

}  // namespace exhibit::bech32
