// "Done for the client with a acknowledgements" of a policy: nothing is released under an older one
// after that, nor has been, nor ever will be.
#include "sim/promises/promises.hpp"

namespace exhibit::sim {

Verdict done_policy_is_final(Scene const& scene) {
    for (auto const& policy : scene.history.policies) {
        if (!policy.done || policy.version() == 1) continue;
        for (auto const& share : scene.history.shares) {
            if (share.version >= policy.version()) continue;
            return "the share of " + std::string(1, static_cast<char>('A' + share.guardian)) +
                   " left under version " + std::to_string(share.version) + " though " +
                   policy.name + " was done";
        }
    }
    return std::nullopt;
}

}  // namespace exhibit::sim
