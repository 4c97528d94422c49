// "Check-ins, once acknowledged, survive kill -9 and power loss; a guardian restored from a backup
// counts as one of the f": what lies safely on the disk of an honest guardian covers every
// acknowledgement and adoption that left it.
#include <algorithm>

#include "sim/promises/promises.hpp"

namespace exhibit::sim {
namespace {

// Still bound by it or by an older one; or freed, and has acknowledged something newer.
bool remembers(protocol::State const& state, Rank const& adopted) {
    return (state.bound && *state.bound <= adopted) ||
           (state.acknowledged && adopted < *state.acknowledged);
}

Verdict check_shadow(std::string const& name, Words const& words, protocol::State const& shadow) {
    for (auto const& one : words.acknowledged_under_duress) {
        if (protocol::rank_of(shadow.last) < one.rank || shadow.deadline < one.deadline)
            return name + " has forgotten what it told whoever holds the device";
    }
    return std::nullopt;
}

Verdict check(Scene const& scene, unsigned number, Words const& words,
              protocol::State const& state) {
    auto const name = std::string(1, static_cast<char>('A' + number));
    for (auto const& one : words.acknowledged) {
        if (one.rank.release_now ? !state.release_now && !state.decided
                                 : protocol::rank_of(state.last) < one.rank) {
            return name + " has forgotten a check-in that it acknowledged";
        }
        if (state.deadline < one.deadline)
            return name + " has forgotten the deadline that it signed";
    }
    if (state.decided) return std::nullopt;
    for (auto const& motion : words.adopted) {
        if (!remembers(state, scene.history.rank_of(motion.subject)))
            return name + " has forgotten an adoption that it signed";
    }
    for (auto const& [version, digests] : words.not_objected) {
        if (version <= state.terms().version) continue;
        bool const known = std::ranges::any_of(state.not_objected, [&](auto const& one) {
            return one->version == version && digests.contains(one->policy);
        });
        if (!known) return name + " has forgotten to which policy it did not object";
    }
    return std::nullopt;
}

}  // namespace

Verdict no_lost_acknowledgement(Scene const& scene) {
    // Looked at when a guardian has just come up, when what is on the disk is all it knows.
    for (unsigned g = 0; g < scene.guardians.size(); ++g) {
        auto& guardian = scene.guardians[g];
        auto const& words = scene.history.words[g];
        if (guardian == nullptr || words.rolled_back || !guardian->just_started()) continue;
        auto const ledgers = guardian->ledgers_on_disk();
        if (!ledgers.ok())
            return std::string(1, static_cast<char>('A' + g)) +
                   " cannot read its own disk: " + ledgers.error().what;
        if (auto why = check(scene, g, words, ledgers->truth)) return why;
        auto const name = std::string(1, static_cast<char>('A' + g));
        if (auto why = check_shadow(name, words, ledgers->shadow)) return why;
    }
    return std::nullopt;
}

}  // namespace exhibit::sim
