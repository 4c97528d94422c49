// One level of Shamir's scheme as SLIP-0039 has it: per byte over GF(256), secret at x = 255, a
// digest of it at x = 254, shares at x = 0 … N-1.
#pragma once

#include "base/random.hpp"
#include "base/secret.hpp"

namespace exhibit::slip39 {

inline constexpr Byte secret_x = 255;
inline constexpr Byte digest_x = 254;
inline constexpr std::size_t digest_size = 4;

struct Point {
    Byte x = 0;
    SecretBytes y;
};

// The value at x of the polynomial through the points: distinct x, equal lengths, at least one.
SecretBytes interpolate(std::span<Point const> points, Byte x);

// threshold 1 only for count 1. At least 16 bytes of secret.
std::vector<Point> divide(Random& random, SecretBytes const& secret, unsigned threshold,
                          unsigned count);
// From exactly `threshold` points. Code "digest" when they do not belong together.
Result<SecretBytes> rejoin(std::span<Point const> points);

}  // namespace exhibit::slip39
