// The witness's side of the rules, as pure as the guardians': which time to claim, which clocks to
// carry, when a check-in is done, and what may be said about the two things that are not the same:
//
//   "not released before T"          a guardians have acknowledged (T = claimed + interval)
//   "released if you fall silent"    q guardians answered within the last grace
//
// Nothing here keeps state or reads a clock; the client stores envelopes and hands them in.
#pragma once

#include "case/receipt.hpp"

namespace exhibit::protocol {

// What the device has claimed before.
struct LastClaim {
    WallTime time;
    bool acknowledged = false;  // by anybody: then it was taken, whatever clocks say now
};

// τ (rule 1). The device's clock, corrected by the median of the guardians' clocks when at least
// 2f+1 of them signed this device's fresh nonce: of so many, f liars cannot move the median past an
// honest clock. With fewer the device's own clock stands: whoever reaches a single guardian must be
// able to check in, but not further ahead of the newest of f+1 fresh clocks than guardians take
// (grace/4), nor behind the oldest of them: one of them is honest. Never closer to the last than
// least_gap, unless the last lies so far ahead of the corrected time that nobody can have taken it:
// it must not lock her out until its time has come.
struct ClaimedTime {
    WallTime time;
    bool corrected = false;
    Duration device_off;  // of the device from the median; worth telling when it is large
};
ClaimedTime choose_claimed(Policy const& terms, std::vector<Envelope> const& clocks,
                           Nonce const& nonce, WallTime device_now,
                           std::optional<LastClaim> const& last, Duration interval, Duration grace);

// Of all clocks that the client has stored: the newest of each guardian that a check-in with this
// time, interval and grace may still carry, newest first, at most 2f+1. Code "clocks" when fewer
// than f+1 are left.
Result<std::vector<Envelope>> clocks_to_carry(Policy const& terms,
                                              std::vector<Envelope> const& stored, WallTime claimed,
                                              Duration interval, Duration grace);

// Collects what guardians answer to one check-in.
class Acknowledgements {
public:
    Acknowledgements(Policy terms, DocumentDigest check_in)
        : terms_(std::move(terms)), check_in_(check_in) {}
    // Codes as of open_from_guardian, and "other-check-in". One guardian counts once.
    Outcome add(Envelope const& envelope);
    std::vector<Signed<Acknowledgement>> const& all() const { return all_; }
    // a distinct guardians have it on disk and have adopted nothing older.
    bool done() const;

private:
    Policy terms_;
    DocumentDigest check_in_;
    std::vector<Signed<Acknowledgement>> all_;
};

// What the client may say. Two promises, apart, each with how near it is to breaking.
struct Standing {
    std::size_t acknowledged = 0;  // of `acknowledgements_needed`
    std::size_t answered = 0;      // guardians heard within the last grace, of `votes_needed`
    std::size_t acknowledgements_needed = 0;
    std::size_t votes_needed = 0;
    std::optional<WallTime> not_released_before;  // set when done: claimed + interval
    bool released_if_silent = false;
    // What one more guardian lost, or one more that lies, would end.
    bool one_loss_ends_check_ins = false;
    bool one_loss_ends_release = false;
};
// `last_heard` holds, for each guardian that ever answered, the device's time when it last did (any
// signed answer of its own).
struct Heard {
    GuardianId guardian;
    WallTime when;
};
Standing standing(Policy const& terms, CheckIn const& check_in, std::size_t acknowledged,
                  std::vector<Heard> const& last_heard, WallTime now);

}  // namespace exhibit::protocol
