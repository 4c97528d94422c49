#include "sim/model/moves.hpp"

#include <bit>

#include "sim/model/rules.hpp"

namespace exhibit::model {
namespace {

using Kind = Move::Kind;

// Collects the worlds after one move each.
class Next {
public:
    Next(Bounds const& bounds, World const& world, Visit const& visit)
        : bounds_(bounds), world_(world), visit_(visit) {}

    void run() {
        if (!world_.healed) of_the_world();
        if (world_.healed && bounds_.clock_after && somebody_waits()) {
            try_move({Kind::tick, -1, 0}, [](Deeds const&, World& next) { ++next.now; });
        }
        for (int g = 0; g < bounds_.honest(); ++g) {
            if (world_.guardians[g].dead) continue;
            of_a_guardian(g);
            if (bounds_.policies > 0) of_policies(g);
            if (!world_.healed) of_fate(g);
        }
    }

private:
    template <typename Change>
    void try_move(Move move, Change change) {
        auto next = world_;
        Deeds const deeds(bounds_, next);
        change(deeds, next);
        deeds.vote_all();
        visit_(move, next);
    }
    template <typename Change>
    void on(Kind kind, int guardian, int arg, Change change) {
        try_move({kind, guardian, arg},
                 [&](Deeds const& deeds, World& next) { change(deeds, next.guardians[guardian]); });
    }

    bool somebody_waits() {
        Rules const rules(bounds_, world_);
        for (int g = 0; g < bounds_.honest(); ++g) {
            auto const& guardian = world_.guardians[g];
            if (!guardian.dead && !rules.passed(guardian)) return true;
        }
        return false;
    }

    void of_the_world() {
        if (world_.now < bounds_.horizon)
            try_move({Kind::tick, -1, 0}, [](Deeds const&, World& next) { ++next.now; });
        else if (bounds_.liveness)
            heal();
        sign_check_in();
        sign_release_now();
        for (int p = 1; p <= bounds_.policies; ++p) {
            bool const follows = p != 3 || world_.offered[1] != 0;
            if (world_.offered[p] != 0 || !follows) continue;
            try_move({Kind::offer_policy, -1, p}, [&](Deeds const&, World& next) {
                next.offered[p] = static_cast<std::uint8_t>(next.now + 1);
            });
        }
    }

    void heal() {
        for (unsigned who = 0; who < 1u << bounds_.honest(); ++who) {
            if (std::popcount(who) != bounds_.dead) continue;
            try_move({Kind::heal, -1, static_cast<int>(who)}, [&](Deeds const&, World& next) {
                next.healed = 1;
                for (int g = 0; g < bounds_.honest(); ++g) next.guardians[g].dead = (who >> g) & 1;
            });
        }
    }

    // Claimed times are a tick apart at least. After a release-now the witness signs nothing more.
    void sign_check_in() {
        if (world_.issued >= bounds_.check_ins || world_.release_nows > 0) return;
        if (world_.now <= world_.claimed[world_.issued]) return;
        Rules const rules(bounds_, world_);
        for (int p = 0; p <= bounds_.policies; ++p) {
            if (p > 0 && (!bounds_.readings.check_in_strict || !rules.is_certified(p))) continue;
            if (version_of(p) < version_of(world_.names[world_.issued])) continue;
            try_move({Kind::sign_check_in, -1, p}, [&](Deeds const&, World& next) {
                ++next.issued;
                next.claimed[next.issued] = next.now;
                next.names[next.issued] = static_cast<std::uint8_t>(p);
            });
        }
    }

    // The second only when a newer policy has been certified: "the client signs anew".
    void sign_release_now() {
        if (world_.release_nows >= bounds_.release_nows) return;
        Rules const rules(bounds_, world_);
        for (int p = 0; p <= bounds_.policies; ++p) {
            if (!rules.is_certified(p)) continue;
            int const before = world_.release_now_names[world_.release_nows];
            if (world_.release_nows > 0 && version_of(p) <= version_of(before)) continue;
            try_move({Kind::sign_release_now, -1, p}, [&](Deeds const&, World& next) {
                ++next.release_nows;
                next.release_now_names[next.release_nows] = static_cast<std::uint8_t>(p);
            });
        }
    }

    void of_a_guardian(int g) {
        auto const& guardian = world_.guardians[g];
        Rules const rules(bounds_, world_);
        for (int j = guardian.last + 1; j <= world_.issued; ++j) {
            if (!rules.may_take(guardian, j)) continue;
            on(Kind::take, g, j, [&](Deeds const& now, Guardian& it) { now.take(it, j, true); });
            if (bounds_.lazy)
                on(Kind::follow, g, j,
                   [&](Deeds const& now, Guardian& it) { now.take(it, j, false); });
        }
        bool const acknowledged = (guardian.acknowledged >> guardian.last) & 1;
        if (guardian.last > 0 && !acknowledged && rules.may_acknowledge_last(guardian)) {
            on(Kind::acknowledge, g, guardian.last, [](Deeds const&, Guardian& it) {
                it.acknowledged |= static_cast<std::uint8_t>(1u << it.last);
            });
        }
        if (rules.may_adopt(guardian))
            on(Kind::adopt, g, 0, [](Deeds const& now, Guardian& it) { now.adopt(it); });
        for (int j = 1; j <= world_.issued; ++j) {
            int count = bounds_.malicious;
            for (int o = 0; o < bounds_.honest(); ++o)
                count += (world_.guardians[o].acknowledged >> j) & 1;
            if (!rules.may_be_freed(guardian, j, count)) continue;
            on(Kind::free, g, j, [&](Deeds const& now, Guardian& it) { now.free(it, j); });
        }
        for (int number = 1; number < bounds_.hold_numbers(); ++number) {
            if (!rules.may_take_hold(guardian, number)) continue;
            on(Kind::hold, g, number,
               [&](Deeds const& now, Guardian& it) { now.take_hold(it, number); });
        }
        for (int which = 1; which <= world_.release_nows; ++which) {
            if (!rules.may_take_release_now(guardian, which)) continue;
            on(Kind::take_release_now, g, which,
               [&](Deeds const& now, Guardian& it) { now.take_release_now(it, which); });
        }
    }

    void of_policies(int g) {
        auto const& guardian = world_.guardians[g];
        Rules const rules(bounds_, world_);
        for (int p = 1; p <= bounds_.policies; ++p) {
            if (rules.may_receive(guardian, p))
                on(Kind::receive_policy, g, p,
                   [&](Deeds const& now, Guardian& it) { now.receive(it, p); });
            if (rules.may_endorse(guardian, p))
                on(Kind::endorse, g, p, [&](Deeds const&, Guardian& it) {
                    it.endorsed |= static_cast<std::uint8_t>(1u << p);
                });
            if (rules.may_take_policy(guardian, p))
                on(Kind::take_policy, g, p,
                   [&](Deeds const& now, Guardian& it) { now.take_policy(it, p); });
            bool const pending = guardian.ready[p] != 0 && !((guardian.endorsed >> p) & 1);
            if (world_.healed || !pending || world_.drops >= bounds_.drops) continue;
            try_move({Kind::drop, g, p}, [&](Deeds const&, World& next) {
                ++next.drops;
                auto& it = next.guardians[g];
                it.burned |= static_cast<std::uint8_t>(1u << version_of(p));
                it.ready[p] = 0;
            });
        }
    }

    void of_fate(int g) {
        auto const& guardian = world_.guardians[g];
        if (world_.rollbacks < bounds_.rollbacks) {
            try_move({Kind::roll_back, g, 0}, [&](Deeds const& deeds, World& next) {
                ++next.rollbacks;
                deeds.roll_back(next.guardians[g]);
            });
        }
        if (world_.jumps >= bounds_.jumps) return;
        int fast = 0, fast_now = 0;
        for (int o = 0; o < bounds_.honest(); ++o) {
            fast += world_.guardians[o].fast;
            fast_now += is_fast(world_.guardians[o].clock);
        }
        for (int to = 0; to < static_cast<int>(bounds_.offsets.size()); ++to) {
            if (to == guardian.clock) continue;
            if (is_fast(to) && !guardian.fast && fast >= bounds_.fast_max) continue;
            if (is_fast(to) && fast_now >= bounds_.fast_at_once) continue;
            try_move({Kind::jump, g, to}, [&](Deeds const&, World& next) {
                ++next.jumps;
                next.guardians[g].clock = static_cast<std::uint8_t>(to);
                if (is_fast(to)) next.guardians[g].fast = 1;
            });
        }
    }

    bool is_fast(int clock) const {
        return bounds_.offsets[static_cast<std::size_t>(clock)] > bounds_.grace;
    }

    Bounds const& bounds_;
    World const& world_;
    Visit const& visit_;
};

}  // namespace

void for_each_move(Bounds const& bounds, World const& world, Visit const& visit) {
    Next(bounds, world, visit).run();
}

void for_each_start(Bounds const& bounds, std::function<void(World const&)> const& visit) {
    World world;
    for (int g = 0; g < bounds.honest(); ++g)
        world.guardians[g].deadline = static_cast<std::uint8_t>(bounds.interval);
    auto const choices = bounds.any_start ? bounds.offsets.size() : 1;
    std::function<void(int, std::size_t, int)> const choose = [&](int g, std::size_t from,
                                                                  int fast) {
        if (g == bounds.honest()) {
            auto start = world;
            Deeds(bounds, start).vote_all();
            return visit(start);
        }
        for (auto c = from; c < choices; ++c) {
            bool const is_fast = bounds.offsets[c] > bounds.grace;
            if (is_fast && fast >= bounds.fast_max) continue;
            world.guardians[g].clock = static_cast<std::uint8_t>(c);
            world.guardians[g].fast = is_fast;
            choose(g + 1, c, fast + is_fast);
        }
    };
    choose(0, 0, 0);
}

}  // namespace exhibit::model
