// Rules 6 to 8: policies, release-now, holds; and what a roll-back makes a guardian forget.
#include <algorithm>
#include <bit>

#include "sim/model/rules.hpp"

namespace exhibit::model {
namespace {

std::uint8_t flag(int at) { return static_cast<std::uint8_t>(1u << at); }

}  // namespace

// --- Rule 6 --------------------------------------------------------------------------------------

bool Rules::may_receive(Guardian const& guardian, int policy) const {
    return world_.offered[policy] != 0 && guardian.ready[policy] == 0 &&
           version_of(policy) > version_of(guardian.policy) &&
           (guardian.burned & flag(version_of(policy))) == 0;
}

// It cools off from when it was received, by the guardian's own clock: what the policy says of its
// age may have been written under a threat.
void Deeds::receive(Guardian& guardian, int policy) const {
    bool const at_once = bounds_.broken == Break::cool_off_by_the_new;
    int const ready = clock(guardian) + (at_once ? 0 : bounds_.cool_off);
    guardian.ready[policy] = static_cast<std::uint8_t>(std::clamp(ready + 1, 1, 250));
    bool const follows = guardian.policy == predecessor_of(policy);
    if (bounds_.broken == Break::retiming_as_policy && follows) take_policy(guardian, policy);
}

bool Rules::may_endorse(Guardian const& guardian, int policy) const {
    if (guardian.ready[policy] == 0 || clock(guardian) + 1 < guardian.ready[policy]) return false;
    if (guardian.policy != predecessor_of(policy)) return false;
    if ((guardian.burned & flag(version_of(policy))) != 0) return false;
    if ((guardian.endorsed & flag(policy)) != 0) return false;
    // "One digest per version number." After a roll-back it may have forgotten the other.
    int const sibling = policy == 1 ? 2 : policy == 2 ? 1 : 0;
    bool const signed_other = sibling != 0 && (guardian.endorsed & flag(sibling)) != 0;
    return !signed_other || guardian.rolled;
}

bool Rules::is_certified(int policy) const {
    if (policy == 0) return true;
    if (world_.offered[policy] == 0) return false;
    int count = bounds_.malicious;
    for (int g = 0; g < honest(); ++g) count += (world_.guardians[g].endorsed & flag(policy)) != 0;
    return count >= bounds_.quorum();
}

bool Rules::may_take_policy(Guardian const& guardian, int policy) const {
    if (version_of(policy) <= version_of(guardian.policy)) return false;
    bool const own_word = (guardian.endorsed & flag(policy)) != 0;
    if (bounds_.broken == Break::policy_unsigned && own_word) return true;
    return is_certified(policy);
}

// Its adoption stands: it may still come to q.
bool Rules::adopted_under_older(Guardian const& guardian, int policy) const {
    for (int motion = 0; motion < bounds_.motions(); ++motion) {
        if ((guardian.adopted & bit(motion)) == 0) continue;
        auto const subject = subject_of(bounds_, motion);
        bool const stands = guardian.release_now > 0 || subject.release_now > 0 ||
                            ((guardian.standing >> subject.check_in) & 1);
        if (stands && version_of(policy) > version_of(subject.policy)) return true;
    }
    return false;
}

void Deeds::take_policy(Guardian& guardian, int policy) const {
    guardian.policy = static_cast<std::uint8_t>(policy);
    if (!bounds_.policy_done) return;
    if (bounds_.readings.older_policy_acknowledged || !adopted_under_older(guardian, policy))
        guardian.policy_acknowledged |= flag(policy);
}

bool Rules::policy_is_done(int policy) const {
    int count = bounds_.malicious;
    for (int g = 0; g < honest(); ++g)
        count += (world_.guardians[g].policy_acknowledged & flag(policy)) != 0;
    return count >= bounds_.acknowledgements();
}

// --- Rule 7 --------------------------------------------------------------------------------------

bool Rules::may_take_release_now(Guardian const& guardian, int which) const {
    if (which > world_.release_nows || which <= guardian.release_now) return false;
    if (!bounds_.readings.release_now_strict) return true;
    int const named = world_.release_now_names[which];
    return named == guardian.policy || may_take_policy(guardian, named);
}

void Deeds::take_release_now(Guardian& guardian, int which) const {
    int const named = world_.release_now_names[which];
    if (bounds_.readings.release_now_strict && named != guardian.policy)
        take_policy(guardian, named);
    guardian.release_now = static_cast<std::uint8_t>(which);
}

// --- Rule 8 --------------------------------------------------------------------------------------

bool Rules::may_take_hold(Guardian const& guardian, int number) const {
    if (guardian.release_now > 0) return false;
    if (bounds_.broken == Break::holds_as_check_ins)
        return number > guardian.hold && number < bounds_.hold_numbers() &&
               guardian.holds_taken < 2;
    return number == guardian.hold + 1 && number <= bounds_.holds;
}

void Deeds::take_hold(Guardian& guardian, int number) const {
    int deadline = guardian.deadline + bounds_.interval;
    if (!bounds_.readings.hold_adds) {
        int const claimed = world_.claimed[guardian.last];
        deadline = std::max<int>(guardian.deadline, claimed + (1 + number) * bounds_.interval);
    }
    guardian.deadline = static_cast<std::uint8_t>(std::min(deadline, 250));
    guardian.hold = static_cast<std::uint8_t>(number);
    if (bounds_.broken == Break::holds_as_check_ins) ++guardian.holds_taken;
}

// --- Roll-back -----------------------------------------------------------------------------------

void Deeds::roll_back(Guardian& guardian) const {
    auto const before = guardian;
    guardian = Guardian{.voted = before.voted,
                        .adopted = before.adopted,
                        .acknowledged = before.acknowledged,
                        .endorsed = before.endorsed,
                        .policy_acknowledged = before.policy_acknowledged,
                        .deadline = static_cast<std::uint8_t>(bounds_.interval),
                        .clock = before.clock,
                        .undone = before.undone,
                        .fast = before.fast,
                        .rolled = 1,
                        .dead = before.dead};
    bool const asks = bounds_.broken != Break::no_question_after_a_roll_back;
    if (!bounds_.word_is_known || !asks) return;
    // Its own newest acknowledgement and adoption, back from the others.
    int newest = 0;
    for (int j = 1; j <= world_.issued; ++j) {
        if ((before.acknowledged >> j) & 1) newest = j;
    }
    if (newest > 0) take(guardian, newest, false);
    guardian.standing = before.standing;
    if (bounds_.readings.newest_word_only)
        guardian.standing = static_cast<std::uint8_t>(std::bit_floor(guardian.standing));
    int const adopted = std::bit_width(before.standing) - 1;
    if (adopted > guardian.last) take(guardian, adopted, false);
}

}  // namespace exhibit::model
