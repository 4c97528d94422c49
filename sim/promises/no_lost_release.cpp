// "If q honest guardians, k good shares and one copy of the ciphertext remain and can exchange
// messages, release happens": judged once, when the life is over (world.cpp gives it the time that
// the promise names). Unless the case was cancelled by a policy that q guardians certified.
#include "sim/promises/promises.hpp"

namespace exhibit::sim {
namespace {

std::string name_of(unsigned guardian) { return std::string(1, static_cast<char>('A' + guardian)); }

bool is_cancelled(Scene const& scene) {
    for (unsigned g = 0; g < scene.guardians.size(); ++g) {
        if (scene.guardians[g] == nullptr) continue;
        auto const* state = scene.guardians[g]->sees();
        if (state != nullptr && state->terms().cancelled) return true;
    }
    return false;
}

bool anybody_decided(Scene const& scene) {
    for (auto const& words : scene.history.words)
        if (words.decided) return true;
    return false;
}

}  // namespace

Verdict what_is_missing(Scene const& scene, unsigned g) {
    auto const& words = scene.history.words[g];
    if (is_cancelled(scene) && !anybody_decided(scene)) return std::nullopt;
    auto const* state = scene.guardians[g]->sees();
    // Busy at this very moment: it is asked again.
    if (state == nullptr) return name_of(g) + " is busy";
    if (!state->decided) return name_of(g) + " has not released, though nothing stood in its way";
    if (words.released.empty()) return name_of(g) + " has decided, and served nothing";
    bool newest_is_served = state->terms().cancelled;
    for (auto const& [version, stage] : words.released)
        newest_is_served |= version == state->terms().version;
    if (!newest_is_served)
        return name_of(g) + " has not served version " + std::to_string(state->terms().version);
    // One whose disk went back counts the days between the stages anew; the others do not.
    bool const all_stages = scene.options.two_stages && !words.rolled_back && !scene.history.opened;
    if (all_stages && words.released.contains({1, 0}) && !words.released.contains({1, 1}))
        return name_of(g) + " has not served the second stage";
    return std::nullopt;
}

Verdict no_lost_release(Scene const& scene) {
    for (unsigned g = 0; g < scene.guardians.size(); ++g) {
        if (scene.history.words[g].released_without_key)
            return name_of(g) + " calls a stage released with fewer than k good shares";
    }
    if (!scene.history.over) return std::nullopt;
    for (unsigned g = 0; g < scene.guardians.size(); ++g) {
        if (scene.guardians[g] == nullptr || scene.history.words[g].dead) continue;
        if (auto why = what_is_missing(scene, g)) return why;
    }
    return std::nullopt;
}

}  // namespace exhibit::sim
