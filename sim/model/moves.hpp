// Everything that can happen next.
#pragma once

#include <functional>
#include <string>

#include "sim/model/world.hpp"

namespace exhibit::model {

struct Move {
    enum class Kind {
        tick,
        sign_check_in,     // arg: the policy that it names
        take,              // guardian takes and, if it may, acknowledges #arg
        follow,            // ... without acknowledging
        acknowledge,       // what it had followed
        adopt,             // what it holds
        free,              // shown a acknowledgements of #arg
        hold,              // number arg
        sign_release_now,  // arg: the policy that it names
        take_release_now,  // the arg-th
        offer_policy,      // the witness signs policy arg
        receive_policy,
        endorse,  // "no objection"
        drop,     // under duress
        take_policy,
        jump,  // its clock to offset arg
        roll_back,
        heal,  // arg: bits of the guardians that are dead
    };
    Kind kind = Kind::tick;
    int guardian = -1;
    int arg = 0;
};

// Calls `visit` with each move and the world after it.
using Visit = std::function<void(Move const&, World const&)>;
void for_each_move(Bounds const& bounds, World const& world, Visit const& visit);
void for_each_start(Bounds const& bounds, std::function<void(World const&)> const& visit);

// One line for people; `before` is the world in which it happens, `name` the guardian's letter.
std::string describe(Bounds const& bounds, World const& before, World const& after,
                     Move const& move, std::string const& name);

}  // namespace exhibit::model
