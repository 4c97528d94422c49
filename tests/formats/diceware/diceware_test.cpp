#include "formats/diceware/diceware.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include "support/shared.hpp"

namespace exhibit::diceware {
namespace {

std::string text_of(SecretBytes const& sentence) { return std::string(sentence.reveal_text()); }

TEST(Diceware, the_list_is_debians_copy_of_EFFs) {
    std::ifstream theirs("/usr/lib/python3/dist-packages/diceware/wordlists/wordlist_en_eff.txt");
    if (!theirs) GTEST_SKIP() << "NOT RUN: Debian's package diceware is missing";
    std::size_t index = 0;
    for (std::string dice, word; theirs >> dice >> word; ++index) {
        ASSERT_LT(index, words_in_list);
        EXPECT_EQ(word, word_at(index)) << dice;
        EXPECT_LE(word.size(), word_bytes_max);
        // Five dice, read as a number: 11111 is the first word.
        std::size_t rolled = 0;
        for (char const die : dice) rolled = rolled * 6 + static_cast<std::size_t>(die - '1');
        EXPECT_EQ(rolled, index);
    }
    EXPECT_EQ(index, words_in_list);
}

TEST(Diceware, words_are_in_order_so_that_they_can_be_found) {
    for (std::size_t i = 1; i < words_in_list; ++i) EXPECT_LT(word_at(i - 1), word_at(i));
}

TEST(Diceware, what_is_made_can_be_typed_in_any_form) {
    for (int i = 0; i < 50; ++i) {
        auto const sentence = make_sentence(7);
        auto const text = text_of(sentence);
        EXPECT_EQ(std::count(text.begin(), text.end(), ' '), 6);
        EXPECT_EQ(text_of(parse_sentence(as_bytes(text), 7).take()), text);
        auto loud = "  \t" + text + " \r\n";
        for (auto& c : loud) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        EXPECT_EQ(text_of(parse_sentence(as_bytes(loud), 7).take()), text);
    }
}

TEST(Diceware, every_word_comes_up_about_as_often) {
    std::map<std::string, unsigned> seen;
    constexpr unsigned draws = 20'000;
    for (unsigned i = 0; i < draws; ++i) ++seen[text_of(make_sentence(1))];
    // Expected 2.6 each, and 7,180 different ones. The chance of more than 20 or of fewer than
    // 6,900 is far below one in a million.
    for (auto const& [word, count] : seen) EXPECT_LE(count, 20u) << word;
    EXPECT_GT(seen.size(), 6900u);
}

TEST(Diceware, errors_name_the_place_and_never_the_word) {
    auto const wrong =
        parse_sentence(as_bytes("abacus zoom abide sekretword abide abide abide"), 7);
    EXPECT_ERROR_CODE(wrong, "sentence");
    EXPECT_NE(wrong.error().what.find("word 4"), std::string::npos) << wrong.error().what;
    EXPECT_EQ((wrong.error().what + wrong.error().mend + wrong.error().where).find("sekret"),
              std::string::npos);
    EXPECT_ERROR_CODE(parse_sentence(as_bytes("abacus zoom"), 7), "sentence");
    EXPECT_ERROR_CODE(parse_sentence(as_bytes(""), 7), "sentence");
    EXPECT_ERROR_CODE(
        parse_sentence(as_bytes("abide abide abide abide abide abide abide abide"), 7), "sentence");
    EXPECT_ERROR_CODE(parse_sentence(as_bytes("abid abide abide abide abide abide abide"), 7),
                      "sentence");
    EXPECT_ERROR_CODE(parse_sentence(as_bytes(std::string(100'000, 'a')), 7), "sentence");
    EXPECT_ERROR_CODE(parse_sentence(as_bytes("abide,abide,abide abide abide abide abide"), 7),
                      "sentence");
}

}  // namespace
}  // namespace exhibit::diceware
