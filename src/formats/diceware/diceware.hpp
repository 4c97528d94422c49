// diceware: secrets that people can learn, words drawn from EFF's long list (7776 words, five dice
// each, 12.9 bits a word; https://www.eff.org/dice). Seven words are 90 bits.
//
// Comes in: nothing, or what somebody types. Goes out: a sentence in its one form: lower case,
// single spaces. Sentences are secrets, so no error quotes a word; it says which one.
//
// Reading order: this file, diceware.cpp; words_1.cpp and words_2.cpp are the list, with source and
// licence. Not implemented: other lists, and dice: whoever has some rolls them and types the words.
#pragma once

#include "base/secret.hpp"

namespace exhibit::diceware {

inline constexpr std::size_t words_in_list = 7776;  // 6^5
inline constexpr std::size_t word_bytes_max = 9;

// In the order of the list: 0 is "abacus". `index` is below words_in_list.
std::string_view word_at(std::size_t index);

// So many words, each equally likely, from the system's randomness.
SecretBytes make_sentence(std::size_t words);

// From any case and white space to the one form. Code "sentence": another number of words, or one
// that is not on the list.
Result<SecretBytes> parse_sentence(ByteView typed, std::size_t words);

}  // namespace exhibit::diceware
