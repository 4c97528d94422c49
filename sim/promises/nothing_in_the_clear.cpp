// "Nothing in the clear" before release: no share's words lie on an honest guardian's disk before
// it has decided.
#include <algorithm>

#include "sim/promises/promises.hpp"

namespace exhibit::sim {

Verdict nothing_in_the_clear(Scene const& scene) {
    for (unsigned g = 0; g < scene.guardians.size(); ++g) {
        if (scene.guardians[g] == nullptr || !scene.guardians[g]->just_started()) continue;
        if (scene.history.words[g].decided) continue;
        auto const own = to_base64(as_bytes(words_of(g))).substr(0, 20);
        for (auto const& [table, rows] : scene.guardians[g]->disk.safe()) {
            for (auto const& [key, value] : rows) {
                auto const text = as_text(value);
                if (text.find(own) != std::string_view::npos ||
                    text.find(words_of(g)) != std::string_view::npos) {
                    return "the words of a share lie on the disk of " +
                           std::string(1, static_cast<char>('A' + g));
                }
            }
        }
    }
    return std::nullopt;
}

}  // namespace exhibit::sim
