// One state: what the honest guardians hold and have signed, what the witness has signed, and what
// the malicious may still do. Plain numbers, so that millions fit into memory.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "sim/model/bounds.hpp"

namespace exhibit::model {

struct Guardian {
    // Signed: whatever was signed may turn up anywhere and at any time, and a roll-back does not
    // call it back. One bit for each motion (rules.hpp).
    std::uint64_t voted = 0;
    std::uint64_t adopted = 0;
    std::uint8_t acknowledged = 0;         // bit j: #j
    std::uint8_t endorsed = 0;             // bit p: "no objection" to policy p
    std::uint8_t policy_acknowledged = 0;  // bit p
    // Held.
    std::uint8_t last = 0;         // check-in
    std::uint8_t deadline = 0;     // by its own clock
    std::uint8_t hold = 0;         // number in force on `last`
    std::uint8_t holds_taken = 0;  // only where holds are check-ins
    std::uint8_t standing = 0;     // bit j: adopted #j, and no proof that it cannot come to q
    std::uint8_t release_now = 0;  // the newest taken, 0: none
    std::uint8_t policy = 0;       // the newest certified one seen
    std::uint8_t burned = 0;       // bit v: version v was dropped under duress
    std::array<std::uint8_t, policies_max + 1> ready = {};  // cooled off at; 0: not received
    // The world's, about it.
    std::uint8_t clock = 0;   // which of the offsets
    std::uint8_t undone = 0;  // took a release-now and holds none
    std::uint8_t fast = 0;    // was fast by more than grace once
    std::uint8_t rolled = 0;
    std::uint8_t dead = 0;

    friend auto operator<=>(Guardian const&, Guardian const&) = default;
    friend bool operator==(Guardian const&, Guardian const&) = default;
};

struct World {
    std::uint8_t now = 0;
    std::uint8_t issued = 0;  // check-ins #1 to this
    std::array<std::uint8_t, check_ins_max + 1> claimed = {};
    std::array<std::uint8_t, check_ins_max + 1> names = {};  // the policy it names, if that matters
    std::uint8_t release_nows = 0;                           // signed
    std::array<std::uint8_t, 3> release_now_names = {};
    std::array<std::uint8_t, policies_max + 1> offered = {};  // time when signed, plus 1; 0: not
    std::uint8_t drops = 0, jumps = 0, rollbacks = 0;         // used up
    std::uint8_t healed = 0;
    std::array<Guardian, guardians_max> guardians = {};

    friend bool operator==(World const&, World const&) = default;
};

}  // namespace exhibit::model
