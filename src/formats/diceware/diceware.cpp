#include "formats/diceware/diceware.hpp"

#include <algorithm>
#include <vector>

#include "formats/diceware/words.hpp"

namespace exhibit::diceware {
namespace {

std::vector<std::string_view> split_list() {
    std::vector<std::string_view> words;
    words.reserve(words_in_list);
    for (std::string_view half : {first_half, second_half}) {
        while (!half.empty()) {
            auto const end = half.find(' ');
            words.push_back(half.substr(0, end));
            half.remove_prefix(end + 1);
        }
    }
    VERIFY(words.size() == words_in_list);
    return words;
}

std::vector<std::string_view> const& list() {
    static std::vector<std::string_view> const words = split_list();
    return words;
}

bool is_space(Byte c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

Error unknown_word(std::size_t number) {
    return wrong_use("word " + std::to_string(number) + " is not on the list")
        .hint("look for a typing error; the words are English and lower case")
        .coded("sentence");
}

// Sixteen bits at a time; what would make the first words likelier is drawn again.
std::size_t draw_index() {
    constexpr std::size_t fair = 65536 / words_in_list * words_in_list;
    for (;;) {
        auto const two = SecretBytes::random(2);
        auto const bytes = two.reveal();  // reveal: into an index, which is the secret itself
        auto const number = std::size_t{bytes[0]} << 8 | bytes[1];
        if (number < fair) return number % words_in_list;
    }
}

}  // namespace

std::string_view word_at(std::size_t index) { return list().at(index); }

SecretBytes make_sentence(std::size_t words) {
    SecretBytes room(words * (word_bytes_max + 1));
    auto to = room.reveal_for_writing();
    std::size_t used = 0;
    for (std::size_t i = 0; i < words; ++i) {
        auto const word = word_at(draw_index());
        if (i > 0) to[used++] = ' ';
        std::ranges::copy(word, to.begin() + static_cast<std::ptrdiff_t>(used));
        used += word.size();
    }
    return SecretBytes::copy_of(room.reveal().first(used));  // reveal: to shorten it
}

Result<SecretBytes> parse_sentence(ByteView typed, std::size_t words) {
    SecretBytes room(words * (word_bytes_max + 1));
    auto to = room.reveal_for_writing();
    std::size_t used = 0, count = 0;
    for (std::size_t at = 0; at < typed.size();) {
        if (is_space(typed[at])) {
            ++at;
            continue;
        }
        auto const begin = at;
        while (at < typed.size() && !is_space(typed[at])) ++at;
        auto const length = at - begin;
        if (++count > words) continue;  // only counted, for the error below
        if (length > word_bytes_max) return unknown_word(count);
        if (count > 1) to[used++] = ' ';
        auto const word = to.subspan(used, length);
        std::ranges::transform(typed.subspan(begin, length), word.begin(), [](Byte c) {
            return c >= 'A' && c <= 'Z' ? static_cast<Byte>(c + 32) : c;
        });
        if (!std::ranges::binary_search(list(), as_text(ByteView(word))))
            return unknown_word(count);
        used += length;
    }
    if (count != words) {
        return wrong_use("these are " + std::to_string(count) + " words, not " +
                         std::to_string(words))
            .coded("sentence");
    }
    return SecretBytes::copy_of(room.reveal().first(used));  // reveal: to shorten it
}

}  // namespace exhibit::diceware
