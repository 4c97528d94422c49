// What the witness may believe of what guardians say about a case, though f of them lie. A deadline
// that one liar moves away, or a "released" that is not true, would end in a check-in that is
// missed, and so in a release that nobody wanted; a number out of the air would use up all numbers.
#pragma once

#include "case/receipt.hpp"

namespace exhibit::protocol {

// What takes q guardians, each at a time of its own, cannot be before this, whatever f of them say:
// q − f honest ones take part, and this is the (q − f)th earliest. Of fewer than q times it is the
// earliest: among them the liars could be the last.
WallTime earliest_for_q(Quorum const& numbers, std::vector<WallTime> times);

struct Shown {
    // The furthest that more than f guardians have come, so that an honest one is among them;
    // "released" and "cancelled" too. Empty when no more than f answer.
    std::string phase;
    // The newest check-in that an honest guardian has.
    std::optional<WallTime> claimed;
    // Nobody releases before (earliest_for_q). None when fewer than q answer.
    struct Deadline {
        WallTime deadline, release_from;
    };
    std::optional<Deadline> deadline;
};
// One status of each guardian that answered.
Shown what_is_shown(Quorum const& numbers, std::vector<CaseStatus> const& statuses);

// The highest number that guardians name: of versions of a policy, of exhibits. One of them may
// know of more than the others, by a few; what is more than `ahead_most` above the number that
// f + 1 of them reach, or above `known`, is out of the air.
std::uint64_t highest_believed(std::vector<std::uint64_t> named, unsigned f, std::uint64_t known,
                               std::uint64_t ahead_most);

}  // namespace exhibit::protocol
