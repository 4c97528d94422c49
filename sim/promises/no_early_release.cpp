// "While the client holds a acknowledgements for τ and has signed no release-now, no honest
// guardian's share leaves, and none has left, before τ + interval": looked at from both sides,
// whenever a share leaves and whenever the client is told that a check-in is done. And the time
// that the client claims, when guardians' clocks corrected it, lies between honest clocks.
#include <algorithm>

#include "sim/promises/promises.hpp"

namespace exhibit::sim {
namespace {

Verdict claimed_is_honest(Scene const& scene, SignedCheckIn const& one) {
    if (!one.corrected || scene.options.wild_clocks > 0) return std::nullopt;
    auto const most = scene.options.clock_jumps > 0
                          ? scene.options.grace
                          : scene.options.skew_most + scene.options.grace / 2;
    // Pushed on by least_gap from one before, at most.
    auto const off = one.claimed - one.signed_at;
    if (off > most + Duration::minutes(10) || off < Duration() - most) {
        return one.name + " claims a time that is off by " + std::to_string(off.count_ms() / 1000) +
               " s, though guardians corrected it";
    }
    return std::nullopt;
}

}  // namespace

Verdict no_early_release(Scene const& scene) {
    auto const& history = scene.history;
    for (auto const& one : history.check_ins) {
        if (auto why = claimed_is_honest(scene, one)) return why;
        if (!one.done) continue;
        for (auto const& share : history.shares) {
            if (history.release_now && *history.release_now <= share.when) continue;
            if (share.when >= one.claimed + one.interval) continue;
            return "the share of " + std::string(1, static_cast<char>('A' + share.guardian)) +
                   " left " + show_duration(one.claimed + one.interval - share.when) + " before " +
                   one.name + " allowed it, which was done";
        }
    }
    return std::nullopt;
}

}  // namespace exhibit::sim
