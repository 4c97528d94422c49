// Travelling without the case: what lies with a guardian under a name that only a sentence gives.
// From the sentence and the guardian's address, and from nothing else:
//
//   S    = scrypt(sentence, salt = address, N = 2^18, r = 8, p = 1, 32 bytes)
//   name = HKDF-SHA256(S, no salt, info "exhibit travel name"), 32 bytes, asked for in hexadecimal
//   key  = HKDF-SHA256(S, no salt, info "exhibit travel key"), 32 bytes: an X25519 private key, the
//          age identity that opens what lies there
//
// The sentence is seven words, lower case, single spaces; the address is as typed, lower case,
// without scheme, and without the port when it is 7443. docs/formats has the same as a script. The
// salt makes each guardian's name another, so that a guardian cannot ask the others for it.
#pragma once

#include <array>

#include "case/invitation.hpp"
#include "case/signed.hpp"
#include "formats/age/x25519.hpp"

namespace exhibit {

inline constexpr std::size_t travel_words = 7;
// Of one file that lies with a guardian: a case of about 3,000 exhibits.
inline constexpr std::uint64_t travel_bytes_max = std::uint64_t{16} << 20;

struct TravelKey {
    ByteArray<32> name{};
    age::X25519Identity identity;
};
// The sentence in its one form (formats/diceware). Takes a second and 256 MiB. Code "memory".
Result<TravelKey> derive_travel_key(SecretBytes const& sentence, GuardianAddress const& address);

// What the witness leaves with one guardian, signed with the witness's key: with the access secret
// alone, which a seized device holds too, nothing that lies there can be replaced. Always two of
// the same size, a true one and a decoy (or what nobody can open, when no decoy was wished), in the
// order of their names.
struct TravelNote {
    static constexpr std::string_view kind = "application/vnd.exhibit.travel.v1+json";
    static Result<TravelNote> parse_payload(ByteView payload);

    struct Left {
        ByteArray<32> name{};
        Digest256 sha256{};  // of the age file
    };
    CaseId case_id;
    GuardianId guardian;
    WallTime claimed;              // a newer note takes the place of an older one
    std::uint64_t size_bytes = 0;  // of each
    std::array<Left, 2> left{};
    Left const* find(ByteArray<32> const& name) const;
};
std::string write_payload(TravelNote const& note);

}  // namespace exhibit
