// `.tlog-proof` (c2sp.org/tlog-proof): an entry's place in a log, its path, and a checkpoint with
// all its signatures, in one text that needs no network to check.
#pragma once

#include "formats/tlog/policy.hpp"

namespace exhibit::tlog {

inline constexpr std::size_t proof_extra_max = 64 << 10;

struct Proof {
    std::optional<Bytes> extra;  // not covered by any signature
    std::uint64_t index = 0;
    Path path;
    Note checkpoint;
    friend bool operator==(Proof const&, Proof const&) = default;
};
std::string write_proof(Proof const& proof);
// Codes "proof", "note". write_proof(parse_proof(t)) == t.
Result<Proof> parse_proof(std::string_view text);

// The checkpoint is good by the policy, and the leaf is where the proof says.
Result<JudgedCheckpoint> verify_proof(Proof const& proof, Hash const& leaf, Policy const& policy);

}  // namespace exhibit::tlog
