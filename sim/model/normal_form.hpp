// Worlds that differ only in what can no longer matter are one world; so are worlds that differ in
// the order of their honest guardians.
#pragma once

#include <vector>

#include "sim/model/world.hpp"

namespace exhibit::model {

class NormalForm {
public:
    explicit NormalForm(Bounds const& bounds);
    void apply(World& world) const;
    // The same, guardians where they were.
    World without_order(World world) const;

private:
    // Motions that the guardian has or may still come to have.
    std::uint64_t reach(World const& world, Guardian const& guardian) const;
    void forget(World& world) const;
    void forget_motions(World& world) const;
    void forget_acknowledgements(World& world) const;
    void forget_times(World& world) const;
    void forget_policies(World& world) const;

    Bounds const& bounds_;
    // By release-now, check-in, hold and policy.
    std::vector<std::uint64_t> reach_;
};

}  // namespace exhibit::model
