// "Until q adoptions exist, fewer than k share-holders learn nothing": no honest share leaves
// before q distinct guardians have signed an adoption of that very motion. Malicious ones are taken
// to have signed all of them.
#include <algorithm>

#include "sim/promises/promises.hpp"

namespace exhibit::sim {

Verdict no_minority_leak(Scene const& scene) {
    auto const& words = scene.history.words;
    for (auto const& share : scene.history.shares) {
        auto const adopted =
            static_cast<unsigned>(std::ranges::count_if(words, [&](Words const& one) {
                return std::ranges::find(one.adopted, share.motion) != one.adopted.end();
            }));
        if (adopted + scene.options.malicious >= scene.options.numbers.q) continue;
        return "a share left when " + std::to_string(adopted) + " honest guardians had adopted";
    }
    return std::nullopt;
}

}  // namespace exhibit::sim
