// Breadth first through every world that can be reached, each once, in bounded memory.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/model/moves.hpp"
#include "sim/model/normal_form.hpp"
#include "sim/model/packing.hpp"
#include "sim/model/promises.hpp"

namespace exhibit::model {

// Packed worlds in the order in which they were found, and a hash table of their numbers. Whole
// worlds are compared, so that none is taken for another.
class Found {
public:
    Found(std::size_t bytes_each, double memory_gib);
    enum class Added { is_new, known, no_memory };
    Added add(Packed const& packed);
    std::uint8_t const* at(std::uint32_t index) const;
    std::uint32_t size() const { return size_; }

private:
    static constexpr std::uint32_t block_worlds = 1u << 20;
    std::uint64_t hash(std::uint8_t const* packed) const;
    bool grow();

    std::size_t bytes_each_;
    std::uint64_t memory_bytes_;
    std::uint32_t size_ = 0;
    std::vector<std::unique_ptr<std::uint8_t[]>> blocks_;
    std::vector<std::uint32_t> table_;  // number + 1; 0: free
};

struct Result {
    Promise broken = Promise::kept;
    std::uint64_t worlds = 0;
    std::uint64_t moves = 0;
    unsigned depth = 0;       // moves from the start, fully explored
    bool no_memory = false;   // ... and not further
    bool goes_round = false;  // a healed step without progress: nothing can be said of L
    Seen seen;
    std::vector<std::string> trace;  // to the broken promise, a line each
};

class Explorer {
public:
    explicit Explorer(Bounds const& bounds);
    Result run();

private:
    bool found(World const& world, World const& from);
    bool explore_level(std::uint32_t from, std::uint32_t to);
    void explore(std::uint32_t index);
    std::vector<std::string> trace_to(World last) const;
    bool leads_to(std::uint32_t index, Packed const& target) const;

    Bounds const& bounds_;
    NormalForm normal_form_;
    Packing packing_;
    Found found_;
    Result result_;
    std::vector<std::uint32_t> levels_;  // where each begins
    World last_;
};

}  // namespace exhibit::model
