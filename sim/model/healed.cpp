// After the network has healed: what the honest guardians that live do among themselves, the
// malicious helping with nothing. (What the malicious may still do is in moves.cpp: the same as
// before.)
#include <bit>

#include "sim/model/promises.hpp"
#include "sim/model/rules.hpp"

namespace exhibit::model {
namespace {

// A rolled-back guardian is one of the f: nothing may depend on it.
bool lives(Guardian const& guardian) { return !guardian.dead && !guardian.rolled; }

class Healed {
public:
    Healed(Bounds const& bounds, World const& world)
        : bounds_(bounds), world_(world), rules_(bounds, world) {}

    bool will_act(Guardian const& guardian) const {
        if (!rules_.passed(guardian)) return true;  // time has yet to pass
        if (will_be_freed(guardian) || will_adopt(guardian)) return true;
        for (int g = 0; g < bounds_.honest(); ++g) {
            auto const& other = world_.guardians[g];
            if (lives(other) && will_learn(guardian, other)) return true;
        }
        return false;
    }

private:
    // Pre-votes, votes and refusals carry what `other` holds.
    bool will_learn(Guardian const& guardian, Guardian const& other) const {
        if (version_of(other.policy) > version_of(guardian.policy)) return true;
        if (other.release_now > guardian.release_now &&
            rules_.may_take_release_now(guardian, other.release_now))
            return true;
        if (other.release_now > 0 || guardian.release_now > 0) return false;
        if (other.last > guardian.last && rules_.may_take(guardian, other.last)) return true;
        if (other.last != guardian.last) return false;
        if (bounds_.broken == Break::holds_as_check_ins || bounds_.readings.newest_hold_only)
            return rules_.may_take_hold(guardian, other.hold);
        return other.hold > guardian.hold && rules_.may_take_hold(guardian, guardian.hold + 1);
    }

    bool will_be_freed(Guardian const& guardian) const {
        for (int j = 1; j <= world_.issued; ++j) {
            int count = 0;
            for (int g = 0; g < bounds_.honest(); ++g) {
                auto const& other = world_.guardians[g];
                count += lives(other) && ((other.acknowledged >> j) & 1);
            }
            if (rules_.may_be_freed(guardian, j, count)) return true;
        }
        return false;
    }

    bool will_adopt(Guardian const& guardian) const {
        if (!rules_.may_adopt(guardian)) return false;
        int const motion = motion_of(bounds_, guardian);
        int votes = 0;
        for (int g = 0; g < bounds_.honest(); ++g) {
            auto const& other = world_.guardians[g];
            votes += lives(other) && rules_.passed(other) && motion_of(bounds_, other) == motion;
        }
        return votes >= bounds_.quorum();
    }

    Bounds const& bounds_;
    World const& world_;
    Rules rules_;
};

}  // namespace

bool is_released(Bounds const& bounds, World const& given) {
    auto world = given;
    for (auto& guardian : world.guardians) {
        if (!lives(guardian)) guardian.adopted = 0;
    }
    return Rules(bounds, world).adopted_by(bounds.quorum()) != 0;
}

bool somebody_will_act(Bounds const& bounds, World const& world) {
    Healed const healed(bounds, world);
    for (int g = 0; g < bounds.honest(); ++g) {
        auto const& guardian = world.guardians[g];
        if (lives(guardian) && healed.will_act(guardian)) return true;
    }
    return false;
}

std::uint64_t progress(Bounds const& bounds, World const& world) {
    std::uint64_t sum = std::uint64_t{world.now} << 8;
    for (int g = 0; g < bounds.honest(); ++g) {
        auto const& guardian = world.guardians[g];
        // What it holds never goes back; what it holds less of weighs more.
        std::uint64_t held = guardian.release_now;
        held = held * 4 + guardian.last;
        held = held * 4 + guardian.hold;
        held = held * 4 + static_cast<unsigned>(version_of(guardian.policy));
        sum += held << 8;
        auto const binding =
            static_cast<unsigned>(std::popcount(older_standing(guardian, guardian.last)));
        sum += std::uint64_t{4 - binding} << 4;
        sum += ((guardian.standing >> guardian.last) & 1u) << 1;
        sum += (guardian.adopted & bit(motion_of(bounds, guardian))) != 0;
        sum += (guardian.acknowledged >> guardian.last) & 1;
        sum += 2u * static_cast<unsigned>(std::popcount(guardian.endorsed));
        for (auto const ready : guardian.ready) sum += ready != 0;
    }
    return sum;
}

}  // namespace exhibit::model
