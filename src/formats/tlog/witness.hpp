// add-checkpoint (c2sp.org/tlog-witness): a log asks a witness to cosign its newest state and shows
// that nothing of the old one was changed.
//
//   old <size>
//   <consistency path, one base64 hash a line>
//   (empty line)
//   <checkpoint, signed by the log>
#pragma once

#include "formats/tlog/checkpoint.hpp"

namespace exhibit::tlog {

struct AddCheckpoint {
    std::uint64_t old_size = 0;
    Path path;
    std::string checkpoint;  // a note as it came; judging reads it
    friend bool operator==(AddCheckpoint const&, AddCheckpoint const&) = default;
};
std::string write_add_checkpoint(AddCheckpoint const& request);
// Code "malformed" (status 400).
Result<AddCheckpoint> parse_add_checkpoint(std::string_view text);

// What a witness last cosigned of a log.
struct SeenCheckpoint {
    std::uint64_t size = 0;
    Hash root = empty_root();
};

// What a witness answers. It may cosign only on `good`, and only after `checkpoint` is on disk.
struct WitnessAnswer {
    enum class Kind { good, malformed, unknown_log, unsigned_by_log, other_size, inconsistent };
    Kind kind = Kind::malformed;
    std::string why;
    Checkpoint checkpoint;
    int http_status() const;
};
// `log` is the key of the origin that the request names, or none.
WitnessAnswer judge_add_checkpoint(AddCheckpoint const& request,
                                   std::optional<VerifierKey> const& log,
                                   SeenCheckpoint const& seen);

}  // namespace exhibit::tlog
