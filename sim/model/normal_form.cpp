#include "sim/model/normal_form.hpp"

#include <algorithm>

#include "sim/model/rules.hpp"

namespace exhibit::model {
namespace {

std::size_t place(Subject const& held) {
    return static_cast<std::size_t>(((held.release_now * 4 + held.check_in) * 4 + held.hold) * 4 +
                                    held.policy);
}

bool comes_after(Subject const& later, Subject const& held) {
    bool const policy =
        later.policy == held.policy || version_of(later.policy) > version_of(held.policy);
    if (!policy) return false;
    if (held.release_now > 0 || later.release_now > 0) return later.release_now >= held.release_now;
    return later.check_in > held.check_in ||
           (later.check_in == held.check_in && later.hold >= held.hold);
}

// Motions for which at least `least` of the honest have their bit.
template <typename Bits>
std::uint64_t with_at_least(Bounds const& bounds, int least, Bits bits) {
    std::uint64_t enough = 0, one = 0, two = 0, four = 0;
    for (int g = 0; g < bounds.honest(); ++g) {
        std::uint64_t const add = bits(g);
        std::uint64_t const carry = one & add;
        one ^= add;
        four |= two & carry;
        two ^= carry;
    }
    for (int count = std::max(least, 0); count <= guardians_max; ++count) {
        enough |= (count & 1 ? one : ~one) & (count & 2 ? two : ~two) & (count & 4 ? four : ~four);
    }
    return enough;
}

bool may_come_back(Bounds const& bounds, World const& world) {
    return !world.healed && world.rollbacks < bounds.rollbacks;
}

}  // namespace

NormalForm::NormalForm(Bounds const& bounds) : bounds_(bounds), reach_(3 * 4 * 4 * 4) {
    Subject held;
    for (held.release_now = 0; held.release_now < 3; ++held.release_now)
        for (held.check_in = 0; held.check_in < 4; ++held.check_in)
            for (held.hold = 0; held.hold < 4; ++held.hold)
                for (held.policy = 0; held.policy < 4; ++held.policy)
                    for (int m = 0; m < bounds.motions(); ++m)
                        if (comes_after(subject_of(bounds, m), held)) reach_[place(held)] |= bit(m);
}

std::uint64_t NormalForm::reach(World const& world, Guardian const& guardian) const {
    if (guardian.dead) return 0;
    if (may_come_back(bounds_, world)) return ~std::uint64_t{0};
    return reach_[place({guardian.last, guardian.hold, guardian.release_now, guardian.policy})];
}

// Votes for what nobody can adopt any more, adoptions that cannot come to q any more.
void NormalForm::forget_motions(World& world) const {
    std::array<std::uint64_t, guardians_max> reach{};
    std::uint64_t adoptable = 0;
    for (int g = 0; g < bounds_.honest(); ++g) {
        reach[g] = this->reach(world, world.guardians[g]);
        adoptable |= reach[g];
    }
    int const least = bounds_.quorum() - bounds_.malicious;
    auto const& guardians = world.guardians;
    adoptable &=
        with_at_least(bounds_, least, [&](int g) { return guardians[g].voted | reach[g]; });
    auto const decidable =
        with_at_least(bounds_, least, [&](int g) { return guardians[g].adopted | reach[g]; });
    for (int g = 0; g < bounds_.honest(); ++g) {
        world.guardians[g].voted &= adoptable;
        world.guardians[g].adopted &= decidable;
    }
}

// Acknowledgements matter while they may hold an early release against us, or free somebody.
void NormalForm::forget_acknowledgements(World& world) const {
    bool const back = may_come_back(bounds_, world);
    for (int j = 1; j <= world.issued; ++j) {
        int may = bounds_.malicious;
        bool binds = back;
        for (int g = 0; g < bounds_.honest(); ++g) {
            auto const& guardian = world.guardians[g];
            bool const able = !guardian.dead && guardian.release_now == 0 && guardian.last <= j;
            may += back || able || ((guardian.acknowledged >> j) & 1);
            if (guardian.dead || guardian.release_now > 0) continue;
            binds |= older_standing(guardian, j) != 0 || guardian.last < j;
        }
        bool const late = world.healed || world.release_nows > 0 ||
                          world.now >= world.claimed[j] + bounds_.interval;
        if (may >= bounds_.acknowledgements() && (binds || !late)) continue;
        for (int g = 0; g < bounds_.honest(); ++g)
            world.guardians[g].acknowledged &= static_cast<std::uint8_t>(~(1u << j));
    }
}

void NormalForm::forget_times(World& world) const {
    Rules const rules(bounds_, world);
    bool const back = may_come_back(bounds_, world);
    bool const jumps = !world.healed && world.jumps < bounds_.jumps;
    bool const all_at_once = world.healed && !bounds_.clock_after;
    int oldest = check_ins_max;
    for (int g = 0; g < bounds_.honest(); ++g) {
        auto& guardian = world.guardians[g];
        if (!jumps) guardian.fast = 0;
        if (all_at_once) guardian.clock = 0;
        if (guardian.release_now > 0) {
            guardian.last = guardian.hold = guardian.deadline = 0;
            guardian.standing = 0;
            continue;
        }
        // Its place after its next check-in or hold: passed all the same, if that has passed too.
        bool const adds = bounds_.readings.hold_adds && guardian.hold < bounds_.holds;
        if (all_at_once)
            guardian.deadline = 0;
        else if (!jumps && !adds && rules.passed(guardian))
            guardian.deadline =
                static_cast<std::uint8_t>(std::max(0, rules.clock(guardian) - bounds_.grace));
        if (!guardian.dead) oldest = std::min<int>(oldest, guardian.last);
    }
    if (all_at_once) {
        world.claimed = {};
        world.now = static_cast<std::uint8_t>(bounds_.horizon);
        world.drops = world.jumps = world.rollbacks = 0;
    }
    // Of older ones the time of the newest is kept: holds may still count from it.
    for (int j = 1; j < oldest && !back; ++j) {
        bool const late = world.now >= world.claimed[j] + bounds_.interval;
        if (late || world.release_nows > 0 || world.healed) world.claimed[j] = 0;
        if (j < world.issued) world.names[j] = 0;
    }
}

void NormalForm::forget_policies(World& world) const {
    for (int p = 1; p <= bounds_.policies; ++p) {
        bool const cooled = world.now + 1 >= world.offered[p] + bounds_.cool_off;
        if (world.offered[p] != 0 && (cooled || world.healed)) world.offered[p] = 1;
    }
    Rules const rules(bounds_, world);
    bool const jumps = !world.healed && world.jumps < bounds_.jumps;
    for (int g = 0; g < bounds_.honest(); ++g) {
        auto& guardian = world.guardians[g];
        if (may_come_back(bounds_, world)) continue;
        for (int p = 1; p <= bounds_.policies; ++p) {
            if (guardian.ready[p] == 0) continue;
            bool const cooled = !jumps && rules.clock(guardian) + 1 >= guardian.ready[p];
            bool const endorsed = (guardian.endorsed >> p) & 1;
            if (version_of(p) <= version_of(guardian.policy))
                guardian.ready[p] = 0;
            else if (cooled || endorsed)
                guardian.ready[p] = 1;
        }
        for (int v = 2; v <= version_of(guardian.policy); ++v)
            guardian.burned &= static_cast<std::uint8_t>(~(1u << v));
    }
}

void NormalForm::forget(World& world) const {
    bool const counts_more = bounds_.broken == Break::certificate_outlives ||
                             bounds_.broken == Break::share_on_quorum ||
                             bounds_.broken == Break::release_now_undone ||
                             bounds_.broken == Break::adopted_acknowledges ||
                             bounds_.broken == Break::adopted_votes_at_once;
    if (!bounds_.raw && !counts_more) {
        forget_times(world);
        forget_policies(world);
        forget_motions(world);
        forget_acknowledgements(world);
    }
}

World NormalForm::without_order(World world) const {
    forget(world);
    return world;
}

void NormalForm::apply(World& world) const {
    forget(world);
    auto const first = world.guardians.begin();
    // A handful: insertion sort.
    for (int i = 1; i < bounds_.honest(); ++i)
        for (auto it = first + i; it != first && *it < *(it - 1); --it) std::iter_swap(it, it - 1);
}

}  // namespace exhibit::model
