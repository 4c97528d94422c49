// SHA-256 appears in several meanings that must never be mixed up. Each is a type of its own.
//
// PlainDigest is the digest of footage before encryption: whoever sees it can recognise a known
// video. Only the writer of disclosures.json (inside the encryption) and what is published after a
// release take one. CipherDigest is of ciphertext and may be seen by anyone. A breach of "nothing
// in the clear" does not compile.
#pragma once

#include <compare>

#include "base/encoding.hpp"

namespace exhibit {

using Digest256 = ByteArray<32>;

template <typename Tag>
class DigestOf {
public:
    DigestOf() = default;
    explicit DigestOf(Digest256 const& value) : value_(value) {}
    Digest256 const& bytes() const { return value_; }
    std::string hex() const { return to_hex(value_); }
    static Result<DigestOf> from_hex(std::string_view text) {
        auto bytes = TRY(from_hex_exact<32>(text));
        return DigestOf(bytes);
    }
    friend auto operator<=>(DigestOf const&, DigestOf const&) = default;
    friend bool operator==(DigestOf const&, DigestOf const&) = default;

private:
    Digest256 value_{};
};

using PlainDigest = DigestOf<struct PlainTag>;      // SHA-256 of an original
using CipherDigest = DigestOf<struct CipherTag>;    // SHA-256 of a whole ciphertext file
using CipherRoot = DigestOf<struct CipherRootTag>;  // BEP 52 root of a ciphertext file
using BlockRoot = DigestOf<struct BlockRootTag>;    // root of the salted 64 KiB tree of an original
using DocumentDigest =
    DigestOf<struct DocumentTag>;  // SHA-256 of a signed payload (policy, check-in …)

}  // namespace exhibit
