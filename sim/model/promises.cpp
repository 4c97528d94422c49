#include "sim/model/promises.hpp"

#include <algorithm>
#include <bit>

#include "sim/model/rules.hpp"

namespace exhibit::model {
namespace {

bool is_early(Bounds const& bounds, World const& world, Rules const& rules) {
    if (world.release_nows > 0) return false;
    for (int j = 0; j <= world.issued; ++j) {
        if (world.now < world.claimed[j] + bounds.interval && rules.is_done(j)) return true;
    }
    return false;
}

std::uint64_t motions_of_policy(Bounds const& bounds, int policy) {
    std::uint64_t motions = 0;
    for (int m = policy; m < bounds.motions(); m += bounds.policy_numbers()) motions |= bit(m);
    return motions;
}

Promise broken_policy(Bounds const& bounds, World const& world, Rules const& rules,
                      std::uint64_t adopted) {
    bool const clocks_right =
        std::ranges::all_of(bounds.offsets, [](int offset) { return offset <= 0; });
    for (int p = 1; p <= bounds.policies; ++p) {
        bool const out = (adopted & motions_of_policy(bounds, p)) != 0;
        if (out && !rules.is_certified(p)) return Promise::one_truth;
        if (!rules.is_certified(p)) continue;
        if (clocks_right && !world.healed && world.now + 1 < world.offered[p] + bounds.cool_off)
            return Promise::cool_off;
        bool const older_out = (adopted & motions_of_policy(bounds, predecessor_of(p))) != 0;
        if (bounds.policy_done && older_out && rules.policy_is_done(p)) return Promise::policy_done;
    }
    if (bounds.policies < 2) return Promise::kept;
    bool const both_out = (adopted & motions_of_policy(bounds, 1)) != 0 &&
                          (adopted & motions_of_policy(bounds, 2)) != 0;
    if (both_out) return Promise::one_truth;
    if (rules.is_certified(1) && rules.is_certified(2)) return Promise::one_policy;
    return Promise::kept;
}

}  // namespace

Promise broken_promise(Bounds const& bounds, World const& world) {
    Rules const rules(bounds, world);
    auto const out = rules.shares_out();
    auto const adopted = rules.adopted_by(bounds.quorum() - bounds.malicious);
    if (out != 0 && !world.healed) {
        if (is_early(bounds, world, rules)) return Promise::no_early_release;
        bool const knows_adoption = bounds.broken != Break::certificate_outlives;
        if (knows_adoption && adopted == 0) return Promise::no_minority_leak;
    }
    if (bounds.policies > 0) {
        auto const broken = broken_policy(bounds, world, rules, adopted);
        if (broken != Promise::kept) return broken;
    }
    for (int g = 0; g < bounds.honest(); ++g) {
        auto const& guardian = world.guardians[g];
        if (guardian.undone && guardian.release_now == 0) return Promise::final_release_now;
        if (guardian.release_now > 0 || rules.passed(guardian)) continue;
        int const latest = world.claimed[guardian.last] + 3 * bounds.interval;
        bool const counts = bounds.broken != Break::holds_as_check_ins;
        if (counts && guardian.deadline > latest) return Promise::two_holds;
    }
    if (world.healed && !is_released(bounds, world) && !somebody_will_act(bounds, world))
        return Promise::no_lost_release;
    return Promise::kept;
}

void note(Bounds const& bounds, World const& world, Seen& seen) {
    Rules const rules(bounds, world);
    bool const out = rules.shares_out() != 0;
    seen.shares_out += out;
    bool done = false, adopted = false, voted = false;
    for (int j = 1; j <= world.issued; ++j) done |= rules.is_done(j);
    for (int g = 0; g < bounds.honest(); ++g) {
        auto const& guardian = world.guardians[g];
        adopted |= guardian.adopted != 0;
        voted |= guardian.voted != 0;
        seen.bound_and_behind += older_standing(guardian, guardian.last) != 0;
        seen.held += guardian.hold > 0;
        seen.release_now += guardian.release_now > 0;
        seen.new_policy += guardian.policy > 0;
    }
    seen.done += done;
    seen.adopted += adopted;
    seen.near_miss += done && voted && !out;
    seen.released += world.healed && is_released(bounds, world);
    auto const q_adopted = rules.adopted_by(bounds.quorum() - bounds.malicious);
    int policies = 0;
    for (int p = 0; p <= bounds.policies; ++p)
        policies += (q_adopted & motions_of_policy(bounds, p)) != 0;
    seen.two_policies_out += policies > 1;
}

char const* name_of(Promise promise) {
    switch (promise) {
        case Promise::kept: return "-";
        case Promise::no_early_release: return "E";
        case Promise::no_lost_release: return "L";
        case Promise::one_truth: return "O";
        case Promise::no_minority_leak: return "M";
        case Promise::one_policy: return "P";
        case Promise::cool_off: return "C";
        case Promise::two_holds: return "H";
        case Promise::final_release_now: return "R";
        case Promise::policy_done: return "D";
    }
    return "?";
}

char const* explain(Promise promise) {
    switch (promise) {
        case Promise::kept: return "every promise is kept";
        case Promise::no_early_release:
            return "no early release: a share can be out while the witness is told \"done\"";
        case Promise::no_lost_release:
            return "no lost release: nobody will act any more, and nothing is released";
        case Promise::one_truth:
            return "one truth: released under two policies of one version, or one without q "
                   "signatures";
        case Promise::no_minority_leak: return "no minority leak: a share before q adoptions";
        case Promise::one_policy: return "one policy: two of the same version have q signatures";
        case Promise::cool_off: return "cool-off: certified before its time";
        case Promise::two_holds:
            return "two holds: a deadline more than two intervals beyond the newest check-in's";
        case Promise::final_release_now: return "release-now is final: a guardian has lost it";
        case Promise::policy_done:
            return "policy done: its predecessor is released although the change was called done";
    }
    return "?";
}

}  // namespace exhibit::model
