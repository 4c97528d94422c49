// Rule 6: no policy is in force anywhere that q guardians did not certify, and no two of one number
// are. Malicious and rolled-back guardians are taken to have signed everything.
#include "sim/promises/promises.hpp"

namespace exhibit::sim {
namespace {

std::size_t may_have_signed(Scene const& scene, unsigned version, DocumentDigest const& digest) {
    std::size_t count = scene.options.malicious;
    for (auto const& words : scene.history.words) {
        auto const signed_ones = words.not_objected.find(version);
        count += words.rolled_back ||
                 (signed_ones != words.not_objected.end() && signed_ones->second.contains(digest));
    }
    return count;
}

}  // namespace

Verdict policies_are_certified(Scene const& scene) {
    std::map<unsigned, DocumentDigest> by_version;
    for (unsigned g = 0; g < scene.guardians.size(); ++g) {
        auto const name = std::string(1, static_cast<char>('A' + g));
        auto const& words = scene.history.words[g];
        for (auto const& [version, digests] : words.not_objected) {
            if (digests.size() > 1 && !words.rolled_back)
                return name + " did not object to two policies of version " +
                       std::to_string(version);
        }
        if (scene.guardians[g] == nullptr) continue;
        auto const* state = scene.guardians[g]->sees();
        if (state == nullptr || state->terms().version == 1) continue;
        auto const version = state->terms().version;
        auto const digest = state->policy->digest();
        if (may_have_signed(scene, version, digest) < scene.options.numbers.q)
            return name + " has put a policy in force that q guardians have not certified";
        auto const [known, fresh] = by_version.try_emplace(version, digest);
        if (!fresh && known->second != digest)
            return "two policies of version " + std::to_string(version) + " are in force";
    }
    return std::nullopt;
}

}  // namespace exhibit::sim
