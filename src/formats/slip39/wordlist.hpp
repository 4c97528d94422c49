// The word list, looked up so that time and memory access do not depend on which word it is: both
// directions go through all 1024 entries and choose by mask.
#pragma once

#include <array>

#include "base/bytes.hpp"

namespace exhibit::slip39 {

inline constexpr std::size_t word_count = 1024;
inline constexpr std::size_t word_bytes_max = 8;

// A word's letters, lower case, big-endian, zero-padded: "acid" is 0x6163696400000000.
std::array<std::uint64_t, word_count> const& packed_words();

// All ones when a == b, else zero; no branch.
inline std::uint64_t mask_if_equal(std::uint64_t a, std::uint64_t b) {
    auto const difference = a ^ b;
    return ((difference | (~difference + 1)) >> 63) - 1;
}

inline std::uint64_t packed_word_at(unsigned index) {
    std::uint64_t found = 0;
    for (std::size_t i = 0; i < word_count; ++i)
        found |= packed_words()[i] & mask_if_equal(i, index);
    return found;
}

struct WordSearch {
    std::uint64_t index;
    std::uint64_t found;  // all ones or zero
};

// The whole word, or exactly its first four letters, which are unique in the list.
inline WordSearch find_word(std::uint64_t packed) {
    constexpr std::uint64_t first_four = 0xffffffff00000000;
    WordSearch search{0, 0};
    auto const is_short = mask_if_equal(packed & ~first_four, 0);
    for (std::size_t i = 0; i < word_count; ++i) {
        auto const word = packed_words()[i];
        auto const hit =
            mask_if_equal(word, packed) | (is_short & mask_if_equal(word & first_four, packed));
        search.index |= i & hit;
        search.found |= hit;
    }
    return search;
}

}  // namespace exhibit::slip39
