// What may go wrong in one life. Every fault has a name; `draw` gives each its chance from the
// seed.
#pragma once

#include <random>

#include "case/policy.hpp"

namespace exhibit::sim {

using Dice = std::mt19937_64;
inline bool chance(Dice& dice, unsigned percent) { return dice() % 100 < percent; }
// Anything from 0 to most, both included.
inline Duration upto(Dice& dice, Duration most) {
    return Duration::ms(
        static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(most.count_ms() + 1)));
}

struct Options {
    std::uint64_t seed = 0;
    Quorum numbers{4, 2, 3, 1};
    Duration interval = Duration::hours(48);
    Duration grace = Duration::hours(24);
    bool two_stages = false;  // a named audience first, everyone two days later

    // Guardians. malicious + rolled_back never exceed f; n − malicious − dead never falls below q.
    unsigned malicious = 0;
    unsigned rolled_back = 0;  // restored from a backup, once, in the middle
    bool lost_fsync = false;  // the roll-back is a disk that forgot its last writes, at a power cut
    unsigned dead = 0;        // for good, at some time

    // Clocks of honest guardians.
    Duration skew_most;  // each way, constant
    unsigned drift_ppm = 0;
    unsigned clock_jumps = 0;  // there or back, within what the promises allow
    unsigned wild_clocks = 0;  // fast or slow by far more than a grace; fewer than q − f
    Duration device_skew;      // of the witness's device, either way

    // Network, until it heals.
    Duration delay_most = Duration::seconds(2);
    unsigned loss_percent = 0;
    unsigned duplicate_percent = 0;
    unsigned slow_percent = 0;  // of messages that take hours
    unsigned partitions = 0;
    unsigned one_way_cuts = 0;
    unsigned clogs = 0;

    // Machines.
    unsigned crashes = 0;
    unsigned full_disks = 0;
    Duration fsync_most = Duration::ms(20);
    Duration downtime_most = Duration::hours(12);

    // The witness.
    unsigned check_ins = 3;       // then silence
    bool forgets = false;         // one of them comes far too late
    bool retimes = false;         // a longer interval before a trip
    bool two_devices = false;     // signs two check-ins at nearly the same time
    bool says_now = false;        // release now, before the boat
    bool bad_line = false;        // reaches one guardian at a time
    unsigned policy_changes = 0;  // of the audience; one after a release widens it
    bool forks_policy = false;    // a half-failed change is signed again, differently
    bool cancels = false;         // the last change ends the case
    bool coerced = false;         // checks in with the other passphrase, again and again
    bool coerced_change = false;  // … and signs a change with the true one before
    bool forced_change = false;   // … or with the other one, and acts freely when it is in force
    bool codes = false;           // check-ins carry spoken codes; she telephones some

    // The guardians' people and the reader.
    unsigned hold_words = 0;  // how many honest people say, rightly or deceived, that she lives
    bool reads = false;       // the named reader signs "opened, in hand"

    Duration heals_after;  // the last check-in, when all faults stop
};

Options draw(std::uint64_t seed);
std::string describe(Options const& options);

}  // namespace exhibit::sim
