// RS1024: the checksum over ten-bit words, a Reed-Solomon code over GF(1024). It detects any three
// wrong words. The words of a share are secret, so no branch or index depends on them.
#pragma once

#include <span>
#include <string_view>

#include "base/bytes.hpp"

namespace exhibit::slip39 {

using Word = std::uint16_t;  // ten bits
inline constexpr std::size_t checksum_words = 3;

inline std::uint32_t rs1024_step(std::uint32_t state, Word word) {
    constexpr std::uint32_t generator[10] = {0x00e0e040, 0x01c1c080, 0x03838100, 0x07070200,
                                             0x0e0e0009, 0x1c0c2412, 0x38086c24, 0x3090fc48,
                                             0x21b1f890, 0x03f3f120};
    std::uint32_t const top = state >> 20;
    state = ((state & 0xfffff) << 10) ^ word;
    for (unsigned i = 0; i < 10; ++i) state ^= generator[i] & (0U - ((top >> i) & 1U));
    return state;
}

inline std::uint32_t rs1024(bool extendable, std::span<Word const> words) {
    std::string_view const customisation = extendable ? "shamir_extendable" : "shamir";
    std::uint32_t state = 1;
    for (char const letter : customisation) state = rs1024_step(state, static_cast<Word>(letter));
    for (Word const word : words) state = rs1024_step(state, word);
    return state;
}

inline bool rs1024_is_right(bool extendable, std::span<Word const> words) {
    return rs1024(extendable, words) == 1;
}

// Fills in the last three words.
inline void rs1024_write(bool extendable, std::span<Word> words) {
    auto const sum = words.last(checksum_words);
    for (auto& word : sum) word = 0;
    std::uint32_t const state = rs1024(extendable, words) ^ 1;
    for (unsigned i = 0; i < checksum_words; ++i) {
        sum[i] = static_cast<Word>((state >> (10 * (checksum_words - 1 - i))) & 1023);
    }
}

}  // namespace exhibit::slip39
