#include "sim/model/packing.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

namespace exhibit::model {
namespace {

int bits_for(int most) { return std::bit_width(static_cast<unsigned>(std::max(most, 0))); }

}  // namespace

Packing::Packing(Bounds const& bounds) : bounds_(bounds) {
    World world;
    std::size_t bits = 0;
    for_each_field(world, [&](auto&, int width) { bits += static_cast<std::size_t>(width); });
    bytes_ = (bits + 7) / 8;
    if (bytes_ + 8 > packed_bytes_max) throw std::length_error("packed_bytes_max is too small");
}

template <typename Field>
void Packing::for_each_field(Guardian& guardian, Field field) const {
    field(guardian.voted, bounds_.motions());
    field(guardian.adopted, bounds_.motions());
    if (bounds_.check_ins > 0) {
        field(guardian.acknowledged, bounds_.check_ins + 1);
        field(guardian.last, bits_for(bounds_.check_ins));
    }
    field(guardian.standing, bounds_.check_ins + 1);
    field(guardian.deadline, time_bits_);
    field(guardian.hold, bits_for(bounds_.hold_numbers() - 1));
    if (bounds_.broken == Break::holds_as_check_ins) field(guardian.holds_taken, 2);
    field(guardian.release_now, bits_for(bounds_.release_nows));
    if (bounds_.broken == Break::release_now_undone) field(guardian.undone, 1);
    field(guardian.policy, bits_for(bounds_.policies));
    if (bounds_.policies > 0) {
        field(guardian.endorsed, bounds_.policies + 1);
        if (bounds_.policy_done) field(guardian.policy_acknowledged, bounds_.policies + 1);
        if (bounds_.drops > 0) field(guardian.burned, 4);
        for (int p = 1; p <= bounds_.policies; ++p) field(guardian.ready[p], time_bits_);
    }
    field(guardian.clock, bits_for(static_cast<int>(bounds_.offsets.size()) - 1));
    if (bounds_.fast_max > 0) field(guardian.fast, 1);
    if (bounds_.rollbacks > 0) field(guardian.rolled, 1);
    if (bounds_.dead > 0) field(guardian.dead, 1);
}

template <typename Field>
void Packing::for_each_field(World& world, Field field) const {
    field(world.now, time_bits_);
    field(world.issued, bits_for(bounds_.check_ins));
    for (int j = 1; j <= bounds_.check_ins; ++j) {
        field(world.claimed[j], bits_for(bounds_.horizon));
        if (bounds_.readings.check_in_strict) field(world.names[j], bits_for(bounds_.policies));
    }
    field(world.release_nows, bits_for(bounds_.release_nows));
    for (int r = 1; r <= bounds_.release_nows; ++r)
        field(world.release_now_names[r], bits_for(bounds_.policies));
    for (int p = 1; p <= bounds_.policies; ++p)
        field(world.offered[p], bits_for(bounds_.horizon + 1));
    field(world.drops, bits_for(bounds_.drops));
    field(world.jumps, bits_for(bounds_.jumps));
    field(world.rollbacks, bits_for(bounds_.rollbacks));
    field(world.healed, bounds_.liveness ? 1 : 0);
    for (int g = 0; g < bounds_.honest(); ++g) for_each_field(world.guardians[g], field);
}

void Packing::pack(World const& world, Packed& out) const {
    std::memset(out.data(), 0, bytes_ + 8);
    std::size_t at = 0;
    auto copy = world;
    for_each_field(copy, [&](auto& value, int width) {
        std::uint64_t left = value;
        for (int done = 0; done < width;) {
            int const room = 8 - static_cast<int>(at % 8);
            int const part = std::min(room, width - done);
            auto const low = left & ((std::uint64_t{1} << part) - 1);
            out[at / 8] |= static_cast<std::uint8_t>(low << (at % 8));
            left >>= part;
            done += part;
            at += static_cast<std::size_t>(part);
        }
        // What does not fit would make two worlds one.
        if (left != 0) throw std::length_error("a field is wider than its bounds");
    });
}

World Packing::unpack(std::uint8_t const* packed) const {
    World world;
    std::size_t at = 0;
    for_each_field(world, [&](auto& value, int width) {
        std::uint64_t read = 0;
        for (int done = 0; done < width;) {
            int const room = 8 - static_cast<int>(at % 8);
            int const part = std::min(room, width - done);
            auto const mask = (std::uint64_t{1} << part) - 1;
            read |= ((packed[at / 8] >> (at % 8)) & mask) << done;
            done += part;
            at += static_cast<std::size_t>(part);
        }
        value = static_cast<std::remove_reference_t<decltype(value)>>(read);
    });
    return world;
}

}  // namespace exhibit::model
