// Randomness as an argument: pure code takes a Random&; main() hands in SystemRandom, tests and the
// simulator hand in a SeededRandom. Keys do not go this way: Secret<N>::random() asks the system.
#pragma once

#include "base/bytes.hpp"

namespace exhibit {

class Random {
public:
    virtual ~Random() = default;
    virtual void fill(MutableBytes out) = 0;

    template <std::size_t N>
    ByteArray<N> bytes() {
        ByteArray<N> out;
        fill(out);
        return out;
    }
};

class SystemRandom final : public Random {
public:
    void fill(MutableBytes out) override;
};

// Deterministic: the same seed gives the same bytes. Never for keys.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : seed_(seed) {}
    void fill(MutableBytes out) override;

private:
    std::uint64_t seed_;
    std::uint64_t drawn_ = 0;
};

}  // namespace exhibit
