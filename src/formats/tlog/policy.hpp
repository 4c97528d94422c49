// Policies (c2sp.org/tlog-policy): whose signatures make a checkpoint good.
//
//   log <vkey> [url]
//   witness <name> <vkey> [url]
//   group <name> all|any|<k> <member>…
//   quorum <name>|none
#pragma once

#include "formats/tlog/checkpoint.hpp"

namespace exhibit::tlog {

inline constexpr std::size_t policy_bytes_max = 256 << 10;
inline constexpr std::size_t policy_lines_max = 512;

struct Policy {
    struct Log {
        VerifierKey key;
        std::string url;
    };
    struct Witness {
        std::string name;
        VerifierKey key;
        std::string url;
    };
    // Members are names of witnesses or of earlier groups.
    struct Group {
        std::string name;
        std::size_t needed = 0;
        std::vector<std::string> members;
    };
    std::vector<Log> logs;
    std::vector<Witness> witnesses;
    std::vector<Group> groups;
    std::string quorum;  // "none", or a witness, or a group
};

// Writes `all` and `any` as numbers; comments are not kept.
std::string write_policy(Policy const& policy);
// Code "policy".
Result<Policy> parse_policy(std::string_view text);

// The log's and enough witnesses' signatures, or code "quorum" (or those of open_checkpoint).
struct JudgedCheckpoint {
    Checkpoint checkpoint;
    std::vector<std::string> witnesses;  // names in the policy
    std::uint64_t newest_time = 0;       // of the cosignatures; 0 when there is none
    std::uint64_t oldest_time = 0;
};
Result<JudgedCheckpoint> judge_checkpoint(Note const& note, Policy const& policy);

}  // namespace exhibit::tlog
