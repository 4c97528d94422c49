// Rules 1 to 5: check-ins, votes, adoption, shares.
#include "sim/model/rules.hpp"

#include <algorithm>
#include <bit>

namespace exhibit::model {

Subject subject_of(Bounds const& bounds, int motion) {
    int const policies = bounds.policy_numbers();
    Subject subject;
    subject.policy = motion % policies;
    int const rest = motion / policies;
    int const check_ins = (bounds.check_ins + 1) * bounds.hold_numbers();
    if (rest >= check_ins) {
        subject.release_now = rest - check_ins + 1;
        return subject;
    }
    subject.check_in = rest / bounds.hold_numbers();
    subject.hold = rest % bounds.hold_numbers();
    return subject;
}

int motion_of(Bounds const& bounds, Subject const& subject) {
    int const policies = bounds.policy_numbers();
    if (subject.release_now > 0) {
        return bounds.check_in_motions() + (subject.release_now - 1) * policies + subject.policy;
    }
    return (subject.check_in * bounds.hold_numbers() + subject.hold) * policies + subject.policy;
}

int motion_of(Bounds const& bounds, Guardian const& guardian) {
    return motion_of(bounds,
                     Subject{guardian.last, guardian.hold, guardian.release_now, guardian.policy});
}

int Rules::clock(Guardian const& guardian) const {
    if (world_.healed && !bounds_.clock_after) return forever;
    return world_.now + bounds_.offsets[guardian.clock];
}

// --- Rule 1 --------------------------------------------------------------------------------------

bool Rules::too_new(Guardian const& guardian, int check_in) const {
    return world_.claimed[check_in] > clock(guardian) + bounds_.grace / 4;
}

bool Rules::may_take(Guardian const& guardian, int check_in) const {
    if (check_in > world_.issued || check_in <= guardian.last) return false;
    if (guardian.release_now > 0 && bounds_.broken != Break::release_now_undone) return false;
    if (bounds_.broken == Break::adopted_stays_behind && guardian.standing != 0) return false;
    if (bounds_.readings.check_in_strict) {
        int const named = world_.names[check_in];
        if (named != guardian.policy && !may_take_policy(guardian, named)) return false;
    }
    return !too_new(guardian, check_in);
}

// "No guardian acknowledges a check-in newer than one it has adopted."
bool Rules::may_acknowledge_last(Guardian const& guardian) const {
    if (guardian.release_now > 0) return false;
    if (bounds_.broken == Break::adopted_acknowledges) return true;
    if (bounds_.readings.newest_adoption_binds)
        return guardian.standing == 0 || (guardian.standing >> guardian.last) != 0;
    return older_standing(guardian, guardian.last) == 0;
}

int Rules::base(Guardian const& guardian, int check_in) const {
    int const claimed = world_.claimed[check_in];
    if (!bounds_.readings.base_by_own_clock) return claimed;
    return std::max(0, std::min(claimed, clock(guardian)));
}

void Deeds::take(Guardian& guardian, int check_in, bool acknowledge) const {
    if (bounds_.readings.check_in_strict && world_.names[check_in] != guardian.policy)
        take_policy(guardian, world_.names[check_in]);
    if (guardian.release_now > 0) {
        guardian.release_now = 0;  // only when broken
        guardian.undone = 1;
    }
    int const deadline = base(guardian, check_in) + bounds_.interval;
    guardian.deadline = static_cast<std::uint8_t>(std::max<int>(guardian.deadline, deadline));
    guardian.last = static_cast<std::uint8_t>(check_in);
    guardian.hold = 0;
    guardian.holds_taken = 0;
    if (acknowledge && may_acknowledge_last(guardian))
        guardian.acknowledged |= static_cast<std::uint8_t>(1u << check_in);
}

bool Rules::is_done(int check_in) const {
    if (check_in == 0) return true;
    int count = bounds_.malicious;
    for (int g = 0; g < honest(); ++g) count += (world_.guardians[g].acknowledged >> check_in) & 1;
    return count >= bounds_.acknowledgements();
}

// --- Rules 2 and 3 -------------------------------------------------------------------------------

bool Rules::passed(Guardian const& guardian) const {
    if (guardian.release_now > 0) return true;
    bool const at_once = bounds_.broken == Break::adopted_votes_at_once;
    if (at_once && older_standing(guardian, guardian.last) != 0) return true;
    return clock(guardian) >= guardian.deadline + bounds_.grace;
}

// Votes are given to whoever asks and bind nobody, so everybody votes as soon as it may.
void Deeds::vote_all() const {
    for (int g = 0; g < honest(); ++g) {
        auto& guardian = world_.guardians[g];
        if (!guardian.dead && passed(guardian)) guardian.voted |= bit(motion_of(bounds_, guardian));
    }
}

// Of any q − 1 others, the malicious among them, none holds anything newer.
bool Rules::heard_others(Guardian const& guardian) const {
    int others = bounds_.malicious;
    for (int g = 0; g < honest(); ++g) {
        auto const& other = world_.guardians[g];
        if (&other == &guardian || other.dead) continue;
        bool newer = other.release_now > guardian.release_now ||
                     version_of(other.policy) > version_of(guardian.policy);
        if (guardian.release_now == 0)
            newer |= other.last > guardian.last ||
                     (other.last == guardian.last && other.hold > guardian.hold);
        if (!newer) ++others;
    }
    return others >= bounds_.quorum() - 1;
}

// --- Rule 4 --------------------------------------------------------------------------------------

// Its own deadline had passed when it asked; since then its clock may have gone back.
bool Rules::may_adopt(Guardian const& guardian) const {
    auto const motion = bit(motion_of(bounds_, guardian));
    if ((guardian.voted & motion) == 0) return false;
    bool const stands = guardian.release_now > 0 || ((guardian.standing >> guardian.last) & 1);
    if ((guardian.adopted & motion) != 0 && stands) return false;
    int votes = bounds_.malicious;
    for (int g = 0; g < honest(); ++g) votes += (world_.guardians[g].voted & motion) != 0;
    if (votes < bounds_.quorum()) return false;
    return !bounds_.pre_vote || heard_others(guardian);
}

void Deeds::adopt(Guardian& guardian) const {
    guardian.adopted |= bit(motion_of(bounds_, guardian));
    if (guardian.release_now == 0)
        guardian.standing |= static_cast<std::uint8_t>(1u << guardian.last);
}

// "If an adopted guardian is shown a acknowledgements of a newer check-in, its adoption can never
// come to q: it takes and acknowledges that check-in and is free again."
bool Rules::may_be_freed(Guardian const& guardian, int check_in, int acknowledgements) const {
    if (guardian.release_now > 0 || check_in > world_.issued) return false;
    if (older_standing(guardian, check_in) == 0) return false;
    bool const newer_stands = (guardian.standing >> check_in) != 0;
    if (bounds_.readings.newest_adoption_binds && newer_stands) return false;
    if (check_in > guardian.last && too_new(guardian, check_in)) return false;
    return acknowledgements >= bounds_.acknowledgements();
}

void Deeds::free(Guardian& guardian, int check_in) const {
    guardian.standing &= static_cast<std::uint8_t>(~((1u << check_in) - 1));
    if (check_in > guardian.last) return take(guardian, check_in, true);
    if (may_acknowledge_last(guardian))
        guardian.acknowledged |= static_cast<std::uint8_t>(1u << guardian.last);
}

std::uint64_t Rules::adopted_by(int least) const {
    if (least <= 0) return ~std::uint64_t{0};
    // Counters of three bits, one for each motion, side by side.
    std::uint64_t ones = 0, twos = 0, fours = 0;
    for (int g = 0; g < honest(); ++g) {
        auto carry = world_.guardians[g].adopted;
        auto const carry2 = ones & carry;
        ones ^= carry;
        fours |= twos & carry2;
        twos ^= carry2;
    }
    switch (least) {
        case 1: return ones | twos | fours;
        case 2: return twos | fours;
        case 3: return (ones & twos) | fours;
        case 4: return fours;
        default: return fours & ones;
    }
}

std::uint64_t Rules::shares_out() const {
    int const needed = bounds_.quorum() - bounds_.malicious;
    if (bounds_.broken == Break::share_on_quorum) return adopted_by(1);
    if (bounds_.broken != Break::certificate_outlives) return adopted_by(needed);
    std::uint64_t out = 0;
    for (int motion = 0; motion < bounds_.motions(); ++motion) {
        int votes = 0;
        for (int g = 0; g < honest(); ++g) votes += (world_.guardians[g].voted & bit(motion)) != 0;
        if (votes >= needed) out |= bit(motion);
    }
    return out;
}

}  // namespace exhibit::model
