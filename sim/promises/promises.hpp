// The promises of docs/threat-model and docs/guardians, one checker each, asked after every event.
// Each
// looks only at what really happened (history.hpp) and at the disks.
#pragma once

#include "sim/honest.hpp"

namespace exhibit::sim {

struct Scene {
    Options const& options;
    History const& history;
    std::vector<std::unique_ptr<Honest>> const& guardians;  // null: a malicious one
    WallTime now;
};

using Verdict = std::optional<std::string>;  // why it is broken

Verdict no_early_release(Scene const& scene);
Verdict no_lost_release(Scene const& scene);
// What this guardian should have served and has not, now that nothing stands in its way.
Verdict what_is_missing(Scene const& scene, unsigned guardian);
Verdict policies_are_certified(Scene const& scene);
Verdict done_policy_is_final(Scene const& scene);
Verdict no_minority_leak(Scene const& scene);
Verdict no_lost_acknowledgement(Scene const& scene);
Verdict one_truth(Scene const& scene);
Verdict nothing_in_the_clear(Scene const& scene);
Verdict stages_in_their_time(Scene const& scene);
Verdict second_opinion(Scene const& scene);

struct Promise {
    char const* name;
    Verdict (*check)(Scene const&);
};
inline constexpr Promise promises[] = {
    {"no early release", no_early_release},
    {"no minority leak", no_minority_leak},
    {"no lost acknowledgement", no_lost_acknowledgement},
    {"one truth", one_truth},
    {"policies are certified", policies_are_certified},
    {"a policy called done is final", done_policy_is_final},
    {"nothing in the clear", nothing_in_the_clear},
    {"stages in their time", stages_in_their_time},
    {"second opinion", second_opinion},
    {"no lost release", no_lost_release},
};

}  // namespace exhibit::sim
