// GF(2^8) modulo x^8+x^4+x^3+x+1 (Rijndael's 0x11B). Tables indexed by a secret leak it through the
// cache, so every product is eight masked steps.
#pragma once

#include "base/bytes.hpp"

namespace exhibit::slip39 {

inline Byte gf_multiply(Byte a, Byte b) {
    unsigned product = 0;
    unsigned power = a;
    for (unsigned bit = 0; bit < 8; ++bit) {
        product ^= power & (0U - ((b >> bit) & 1U));
        power = (power << 1) ^ (0x11bU & (0U - (power >> 7)));
    }
    return static_cast<Byte>(product);
}

// a^254; zero gives zero.
inline Byte gf_inverse(Byte a) {
    Byte result = 1;
    Byte square = a;
    for (unsigned bit = 1; bit < 8; ++bit) {  // 254 = 2 + 4 + … + 128
        square = gf_multiply(square, square);
        result = gf_multiply(result, square);
    }
    return result;
}

}  // namespace exhibit::slip39
