#include "base/random.hpp"

#include <sodium.h>

#include "base/verify.hpp"

namespace exhibit {

void SystemRandom::fill(MutableBytes out) {
    VERIFY(sodium_init() >= 0);
    if (!out.empty()) randombytes_buf(out.data(), out.size());
}

void SeededRandom::fill(MutableBytes out) {
    ByteArray<randombytes_SEEDBYTES> key{};
    auto const seed = big_endian<8>(seed_);
    auto const draw = big_endian<8>(drawn_++);
    std::copy(seed.begin(), seed.end(), key.begin());
    std::copy(draw.begin(), draw.end(), key.begin() + 8);
    if (!out.empty()) randombytes_buf_deterministic(out.data(), out.size(), key.data());
}

}  // namespace exhibit
