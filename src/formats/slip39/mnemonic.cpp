// One mnemonic <-> one Share. Bits, most significant first, ten per word:
//   id 15 | extendable 1 | exponent 4 | group index 4 | group threshold - 1 4 | groups - 1 4 |
//   member index 4 | member threshold - 1 4 | value, left-padded with zero bits | checksum 30
#include <algorithm>

#include "formats/slip39/rs1024.hpp"
#include "formats/slip39/slip39.hpp"
#include "formats/slip39/wordlist.hpp"

namespace exhibit::slip39 {
namespace {

constexpr std::size_t header_words = 4;
constexpr std::size_t words_min = header_words + 13 + checksum_words;
constexpr std::size_t words_max = header_words + (secret_bytes_max * 8 + 9) / 10 + checksum_words;

// Words of a share are secret; they live in locked memory, two bytes each.
class Words {
public:
    Words() : memory_(words_max * sizeof(Word)) {}
    std::span<Word> all() { return {begin(), size_}; }
    void add(Word word) {
        VERIFY(size_ < words_max);
        begin()[size_++] = word;
    }
    std::size_t size() const { return size_; }

private:
    Word* begin() { return reinterpret_cast<Word*>(memory_.reveal_for_writing().data()); }
    SecretBytes memory_;
    std::size_t size_ = 0;
};

bool is_blank(Byte c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

Error bad_word(std::size_t number) {
    return bad_input("word " + std::to_string(number) + " is not in the word list")
        .coded("word")
        .hint("compare that word with the paper letter by letter");
}

Error bad_length(std::size_t words) {
    return bad_input("a share has 20 or 33 words, this has " + std::to_string(words))
        .coded("length")
        .hint("look for words left out or written twice");
}

// Length of the word that starts the text, at most one more than the longest in the list.
std::size_t leading_word(ByteView text) {
    std::size_t length = 0;
    while (length < text.size() && !is_blank(text[length]) && length <= word_bytes_max) ++length;
    return length;
}

Result<Word> look_up(ByteView letters, std::size_t number) {
    if (letters.size() < 4 || letters.size() > word_bytes_max) return bad_word(number);
    std::uint64_t packed = 0;
    std::uint64_t strange = 0;
    for (Byte const c : letters) {
        auto const lower = static_cast<Byte>(c | 0x20);
        strange |= static_cast<std::uint64_t>(lower < 'a') | (lower > 'z');
        packed = packed << 8 | lower;
    }
    packed <<= 8 * (word_bytes_max - letters.size());
    auto const search = find_word(packed);
    if (strange != 0 || search.found == 0) return bad_word(number);
    return static_cast<Word>(search.index);
}

Result<Words> read_words(ByteView text) {
    if (text.size() > mnemonic_bytes_max) return bad_length(words_max + 1);
    Words words;
    for (;;) {
        while (!text.empty() && is_blank(text.front())) text = text.subspan(1);
        if (text.empty()) break;
        if (words.size() == words_max) return bad_length(words_max + 1);
        std::size_t const length = leading_word(text);
        auto const word = TRY(look_up(text.first(length), words.size() + 1));
        words.add(word);
        text = text.subspan(length);
    }
    if (words.size() < words_min) return bad_length(words.size());
    return words;
}

// The value's words are one big number, left-padded with zero bits to whole words.
Result<SecretBytes> unpack_value(std::span<Word const> words) {
    std::size_t const padding = words.size() * 10 % 16;
    if (padding > 8) return bad_length(words.size() + header_words + checksum_words);
    SecretBytes value((words.size() * 10 - padding) / 8);
    if (value.size() < secret_bytes_min || value.size() > secret_bytes_max) {
        return bad_length(words.size() + header_words + checksum_words);
    }
    if (words.front() >> (10 - padding) != 0) {
        return bad_input("the padding bits of the share are not zero")
            .coded("padding")
            .hint("the share was not made by a program that follows the standard");
    }
    auto const out = value.reveal_for_writing();
    std::uint32_t bits = words.front();
    std::size_t held = 10 - padding;
    std::size_t next_word = 1;
    for (auto& byte : out) {
        while (held < 8) {
            bits = (bits << 10 | words[next_word++]) & 0xfffff;
            held += 10;
        }
        held -= 8;
        byte = static_cast<Byte>(bits >> held);
    }
    return value;
}

void pack_value(ByteView value, Words& words) {
    std::size_t const count = (value.size() * 8 + 9) / 10;
    std::size_t held = count * 10 - value.size() * 8;  // the padding
    std::uint32_t bits = 0;
    for (Byte const byte : value) {
        bits = (bits << 8 | byte) & 0x3ffff;
        held += 8;
        if (held >= 10) {
            held -= 10;
            words.add(static_cast<Word>((bits >> held) & 1023));
        }
    }
    VERIFY(held == 0);
}

Share read_header(std::span<Word const> words) {
    std::uint64_t head = 0;
    for (Word const word : words.first(header_words)) head = head << 10 | word;
    auto const four_bits = [head](unsigned shift) {
        return static_cast<unsigned>(head >> shift & 15);
    };
    Share share;
    share.id = static_cast<std::uint16_t>(head >> 25);
    share.extendable = (head >> 24 & 1) != 0;
    share.iteration_exponent = four_bits(20);
    share.group_index = four_bits(16);
    share.group_threshold = four_bits(12) + 1;
    share.group_count = four_bits(8) + 1;
    share.member_index = four_bits(4);
    share.member_threshold = four_bits(0) + 1;
    return share;
}

void write_header(Share const& share, Words& words) {
    std::uint64_t head = share.id;
    head = head << 1 | (share.extendable ? 1U : 0U);
    for (unsigned const field :
         {share.iteration_exponent, share.group_index, share.group_threshold - 1,
          share.group_count - 1, share.member_index, share.member_threshold - 1}) {
        VERIFY(field < 16);
        head = head << 4 | field;
    }
    for (unsigned i = 0; i < header_words; ++i) {
        words.add(static_cast<Word>(head >> (10 * (header_words - 1 - i)) & 1023));
    }
}

}  // namespace

Result<Share> parse_mnemonic(ByteView text) {
    auto words = TRY(read_words(text));
    auto const all = words.all();
    auto share = read_header(all);
    if (!rs1024_is_right(share.extendable, all)) {
        return bad_input("the checksum of the share is wrong: a word is mistaken or out of place")
            .coded("checksum")
            .hint("compare every word with the paper; the last three words are the checksum");
    }
    if (share.group_threshold > share.group_count) {
        return bad_input("the share asks for more groups than there are").coded("threshold");
    }
    auto const value = all.subspan(header_words, all.size() - header_words - checksum_words);
    share.value = TRY(unpack_value(value));
    return share;
}

SecretBytes write_mnemonic(Share const& share) {
    VERIFY(share.id < 1U << 15);
    VERIFY(share.value.size() >= secret_bytes_min && share.value.size() <= secret_bytes_max);
    VERIFY(share.value.size() % 2 == 0 && share.group_threshold <= share.group_count);
    Words words;
    write_header(share, words);
    pack_value(share.value.reveal(), words);
    for (std::size_t i = 0; i < checksum_words; ++i) words.add(0);
    rs1024_write(share.extendable, words.all());

    SecretBytes wide(words.size() * (word_bytes_max + 1));
    auto const out = wide.reveal_for_writing();
    std::size_t length = 0;
    for (Word const word : words.all()) {
        if (length != 0) out[length++] = ' ';
        auto const packed = packed_word_at(word);
        for (std::size_t i = 0; i < word_bytes_max; ++i) {
            auto const letter = static_cast<Byte>(packed >> (8 * (word_bytes_max - 1 - i)));
            if (letter != 0) out[length++] = letter;
        }
    }
    return SecretBytes::copy_of(wide.reveal().first(length));
}

}  // namespace exhibit::slip39
