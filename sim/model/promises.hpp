// What must hold in every state, and what must still be possible when the network has healed.
#pragma once

#include <cstdint>

#include "sim/model/world.hpp"

namespace exhibit::model {

enum class Promise : std::uint8_t {
    kept,
    no_early_release,   // E and E′: no share has left while the witness may have been told "done"
    no_lost_release,    // L
    one_truth,          // O: of one version, one policy; and none without q signatures
    no_minority_leak,   // M: no share before q adoptions
    one_policy,         // P: two certified of one version
    cool_off,           // C: none is certified before it has cooled off
    two_holds,          // H: no deadline more than two intervals beyond the newest check-in's own
    final_release_now,  // R: whoever has taken it stays passed
    policy_done,        // D: a policy called done is not outvoted by an older one
};
char const* name_of(Promise promise);
char const* explain(Promise promise);

// The first promise that is broken in this state. `world` has all votes cast.
Promise broken_promise(Bounds const& bounds, World const& world);

// After healing: the honest guardians that live have q adoptions among them, whatever the malicious
// show them or not.
bool is_released(Bounds const& bounds, World const& world);
// Some honest guardian that lives can and, after a while, will do something without any help from
// the malicious; or time has yet to pass.
bool somebody_will_act(Bounds const& bounds, World const& world);
// Every step after healing raises this number, so every run after healing ends; what must hold is
// then asked where nobody will act any more. This, and not only a search, is why a release that is
// not found lost is never lost: there is no cycle in which the malicious could keep the others.
std::uint64_t progress(Bounds const& bounds, World const& world);

// What was seen at least once, so that "nothing broke" is not said of a model in which nothing
// happens.
struct Seen {
    std::uint64_t adopted = 0, shares_out = 0, done = 0, bound_and_behind = 0, near_miss = 0,
                  held = 0, release_now = 0, new_policy = 0, two_policies_out = 0, released = 0;
};
void note(Bounds const& bounds, World const& world, Seen& seen);

}  // namespace exhibit::model
