// Checkpoints (c2sp.org/tlog-checkpoint): the state of a log in three lines, signed by the log; and
// cosignatures (c2sp.org/tlog-cosignature): others who saw this state and no contradicting one.
//
// What an Ed25519 cosigner signs does not name the cosigner: one key must never serve two.
#pragma once

#include "formats/tlog/merkle.hpp"
#include "formats/tlog/note.hpp"

namespace exhibit::tlog {

struct Checkpoint {
    std::string origin;  // the log's name
    std::uint64_t size = 0;
    Hash root{};
    std::vector<std::string> extensions;  // not empty each; better none
    friend bool operator==(Checkpoint const&, Checkpoint const&) = default;
};
inline constexpr std::size_t origin_bytes_max = 256;
inline constexpr std::size_t extensions_max = 16;

// The text that is signed. Code "checkpoint". write_checkpoint(parse_checkpoint(t)) == t.
std::string write_checkpoint(Checkpoint const& checkpoint);
Result<Checkpoint> parse_checkpoint(std::string_view text);

// A note with the log's own signature; its key has the origin's name.
Note sign_checkpoint(Checkpoint const& checkpoint, SigningKey const& key);

struct OpenedCheckpoint {
    Checkpoint checkpoint;
    // Cosigners of those that were asked about, and the time (seconds) each said.
    struct Cosigner {
        std::size_t key = 0;  // index into the cosigners given
        std::uint64_t time = 0;
    };
    std::vector<Cosigner> cosigners;
};
// The log must have signed, under the name that the checkpoint has as its origin. Codes "note",
// "checkpoint", "signature", "unverified", "origin".
Result<OpenedCheckpoint> open_checkpoint(Note const& note, VerifierKey const& log,
                                         std::vector<VerifierKey> const& cosigners);

// `cosignature/v1`, the time, and the whole text.
NoteSignature cosign(std::string_view checkpoint_text, std::string const& name,
                     SigningKey const& key, std::uint64_t time_seconds);
// The time, if this is a cosignature with that key over the text.
std::optional<std::uint64_t> cosignature_time(std::string_view checkpoint_text,
                                              NoteSignature const& signature, PublicKey const& key);

// Decimal, without leading zeros, at most 2^63-1. Code "number".
Result<std::uint64_t> parse_size(std::string_view text);
Result<Hash> parse_hash(std::string_view base64);

}  // namespace exhibit::tlog
