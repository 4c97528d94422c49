// "Honest guardians' release records agree in content": the record is a function of case, policy
// and audience. So what must agree at the end is which policies are released: two may both have
// come to q adoptions, or the audience was changed after a release, and then all serve both.
#include <algorithm>

#include "sim/promises/promises.hpp"

namespace exhibit::sim {
namespace {

std::set<unsigned> versions_of(Words const& words) {
    std::set<unsigned> versions;
    for (auto const& [version, stage] : words.released) versions.insert(version);
    return versions;
}

// The highest is the record.
unsigned highest(std::set<unsigned> const& all) { return all.empty() ? 0u : *all.rbegin(); }

// The end of the case overtook that change at this one: it took the later first. No adoption rests
// on what it does not serve, only a wider audience that the witness had taken back by then. Whether
// it had that in force for a moment and failed to serve it, no promise asks.
bool was_overtaken(Scene const& scene, unsigned guardian, unsigned version) {
    auto const* state = scene.guardians[guardian]->sees();
    return state != nullptr && state->terms().cancelled && state->terms().version > version;
}

}  // namespace

Verdict one_truth(Scene const& scene) {
    if (!scene.history.over) return std::nullopt;
    unsigned most = 0;
    std::vector<unsigned> judged;
    for (unsigned g = 0; g < scene.guardians.size(); ++g) {
        auto const& words = scene.history.words[g];
        // What died, or lost its disk, may have served less or known more.
        if (scene.guardians[g] == nullptr || words.dead || words.rolled_back) continue;
        judged.push_back(g);
        most = std::max(most, highest(versions_of(words)));
    }
    for (auto const g : judged) {
        if (highest(versions_of(scene.history.words[g])) != most && !was_overtaken(scene, g, most))
            return "honest guardians released under different policies";
    }
    return std::nullopt;
}

}  // namespace exhibit::sim
