// "The next stage of the audience follows after its wait, and not at all once a reader has it in
// hand": no guardian gives a share for a later stage before the wait has passed since it began the
// one before, by true time, nor after it has acknowledged that reader's word.
#include "sim/promises/promises.hpp"

namespace exhibit::sim {
namespace {

ShareOut const* first_share(History const& history, unsigned guardian, unsigned stage) {
    for (auto const& one : history.shares)
        if (one.guardian == guardian && one.version == 1 && one.stage == stage) return &one;
    return nullptr;
}

}  // namespace

Verdict stages_in_their_time(Scene const& scene) {
    auto const& history = scene.history;
    // A clock that is off by days measures no wait.
    if (!scene.options.two_stages || scene.options.wild_clocks > 0) return std::nullopt;
    auto const& audience = history.policies.front().policy->value().audience;
    auto const jumps = scene.options.clock_jumps > 0 ? scene.options.grace * 2 : Duration();
    auto const wait = audience.at(1).after - jumps - Duration::minutes(10);  // these for drift
    for (unsigned g = 0; g < history.words.size(); ++g) {
        auto const& words = history.words[g];
        auto const* next = first_share(history, g, 1);
        if (next == nullptr || words.rolled_back) continue;
        auto const* before = first_share(history, g, 0);
        // After a crash the first share may leave long after its stage was begun, on disk.
        bool const crashed = scene.options.crashes > 0;
        if (!crashed && (before == nullptr || next->when < before->when + wait))
            return "a share for the next stage left too early";
        if (words.opened_known_at && next->when > *words.opened_known_at)
            return "a share for the next stage left though it was known to be in hand";
    }
    return std::nullopt;
}

}  // namespace exhibit::sim
