// A world as few bytes: every field takes as many bits as these bounds can make it need.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/model/world.hpp"

namespace exhibit::model {

constexpr std::size_t packed_bytes_max = 128;
using Packed = std::array<std::uint8_t, packed_bytes_max>;

class Packing {
public:
    explicit Packing(Bounds const& bounds);
    std::size_t bytes() const { return bytes_; }
    void pack(World const& world, Packed& out) const;
    World unpack(std::uint8_t const* packed) const;

private:
    template <typename Field>
    void for_each_field(World& world, Field field) const;
    template <typename Field>
    void for_each_field(Guardian& guardian, Field field) const;

    Bounds const& bounds_;
    int time_bits_ = 8;
    std::size_t bytes_ = 0;
};

}  // namespace exhibit::model
