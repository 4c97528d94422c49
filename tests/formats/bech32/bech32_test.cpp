#include "formats/bech32/bech32.hpp"

#include <cstdio>

#include "base/random.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

TEST(Bech32, the_valid_texts_of_bip_173_are_taken_and_written_back) {
    char const* const texts[] = {
        "A12UEL5L",
        "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tg"
        "s",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
        "?1ezyfcl",
    };
    for (auto const* text : texts) {
        auto decoded = bech32::decode(text);
        ASSERT_OK(decoded);
        EXPECT_EQ(bech32::encode(decoded->prefix, decoded->data.reveal()), text);
    }
}

TEST(Bech32, what_bip_173_calls_invalid_is_refused) {
    std::string const texts[] = {
        std::string("\x20") + "1nwldj5",
        std::string("\x7f") + "1axkwrx",
        std::string("\x80") + "1eym55h",
        "pzry9x0s0muk",
        "1pzry9x0s0muk",
        "x1b4n0q5v",
        "li1dgmt3",
        std::string("de1lg7wt") + "\xff",
        "A1G7SGD8",
        "10a06t8",
        "1qzzfhee",
        "A12uEL5L",
        "",
        "1",
        "a1",
        "a12uel5",
    };
    for (auto const& text : texts) EXPECT_ERROR_CODE(bech32::decode(text), "bech32");
}

TEST(Bech32, padding_must_be_short_and_zero) {
    // Right checksums all: five spare bits, two spare bits that are not zero, then good padding.
    EXPECT_ERROR_CODE(bech32::decode("age1qdd35qf"), "bech32");
    EXPECT_ERROR_CODE(bech32::decode("age199fh29cz"), "bech32");
    EXPECT_OK(bech32::decode("age19y5p7s9s"));
}

TEST(Bech32, every_single_mistyped_character_is_noticed) {
    SeededRandom random(1);
    auto const data = random.bytes<32>();
    auto const text = bech32::encode("age", data);
    int refused = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (char c : std::string("qpzry9x8gf2tvdw0s3jn54khce6mua7l1bioAB-")) {
            if (c == text[i]) continue;
            auto wrong = text;
            wrong[i] = c;
            EXPECT_ERROR_CODE(bech32::decode(wrong), "bech32");
            ++refused;
        }
    }
    EXPECT_GT(refused, 2000);
}

TEST(Bech32, bytes_of_every_length_come_back) {
    SeededRandom random(2);
    for (std::size_t n = 0; n < 1300; n += n < 70 ? 1 : 41) {
        Bytes data(n);
        random.fill(data);
        auto const text = bech32::encode_secret("AGE-SECRET-KEY-", data);
        auto decoded = bech32::decode(text.reveal_text());
        ASSERT_OK(decoded);
        EXPECT_EQ(to_bytes(decoded->data.reveal()), data);
        EXPECT_EQ(decoded->prefix, "AGE-SECRET-KEY-");
    }
}

TEST(Bech32, a_text_longer_than_the_limit_is_refused) {
    EXPECT_ERROR_CODE(bech32::decode("age1" + std::string(bech32::longest_text, 'q')), "bech32");
    EXPECT_ERROR_CODE(bech32::decode(std::string(84, 'a') + "1qqqqqqqq"), "bech32");
}

}  // namespace
}  // namespace exhibit
