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

}  // namespace

Verdict one_truth(Scene const& scene) {
    if (!scene.history.over) return std::nullopt;
    std::optional<std::set<unsigned>> first;
    for (unsigned g = 0; g < scene.guardians.size(); ++g) {
        auto const& words = scene.history.words[g];
        // What died, or lost its disk, may have served less or known more.
        if (scene.guardians[g] == nullptr || words.dead || words.rolled_back) continue;
        auto const versions = versions_of(words);
        if (!first) first = versions;
        // The highest is the record.
        auto const highest = [](std::set<unsigned> const& all) {
            return all.empty() ? 0u : *all.rbegin();
        };
        if (highest(versions) != highest(*first))
            return "honest guardians released under different policies";
    }
    return std::nullopt;
}

}  // namespace exhibit::sim
