#include "base/encoding.hpp"

#include "base/random.hpp"
#include "support/shared.hpp"

namespace exhibit::test {
namespace {

TEST(Hex, is_lower_case_and_even) {
    EXPECT_EQ(to_hex(Bytes{0x00, 0x0f, 0xa5, 0xff}), "000fa5ff");
    EXPECT_EQ(*from_hex("000fa5ff"), (Bytes{0x00, 0x0f, 0xa5, 0xff}));
    EXPECT_TRUE(from_hex("")->empty());
    for (auto bad : {"A5", "a", "0g", " 00", "0x00", "00 "})
        EXPECT_ERROR_CODE(from_hex(bad), "encoding");
    EXPECT_OK(from_hex_exact<2>("00ff"));
    EXPECT_ERROR_CODE(from_hex_exact<2>("00ff00"), "length");
}

// RFC 4648 section 10.
TEST(Base64, writes_and_reads_the_vectors_of_the_rfc) {
    std::pair<char const*, char const*> const vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (auto const& [plain, text] : vectors) {
        EXPECT_EQ(to_base64(as_bytes(plain)), text);
        EXPECT_EQ(to_string(*from_base64(text)), plain);
        std::string bare(text);
        while (bare.ends_with('=')) bare.pop_back();
        EXPECT_EQ(to_base64(as_bytes(plain), Base64::unpadded), bare);
        EXPECT_EQ(to_string(*from_base64(bare, Base64::unpadded)), plain);
        EXPECT_EQ(to_string(*from_base64(bare, Base64::url_unpadded)), plain);
    }
}

TEST(Base64, has_one_text_per_value) {
    for (auto bad : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9v=", "Z",
                     "====", "=", "Zm9vZg==Zm9v", "-_-_"}) {
        EXPECT_ERROR_CODE(from_base64(bad), "encoding");
    }
    for (auto bad : {"Zg==", "Zh", "Z", "-_"})
        EXPECT_ERROR_CODE(from_base64(bad, Base64::unpadded), "encoding");
    for (auto bad : {"Zg==", "Zh", "+/+/"})
        EXPECT_ERROR_CODE(from_base64(bad, Base64::url_unpadded), "encoding");
    EXPECT_ERROR_CODE(from_base64(std::string("Zm9v\0", 5)), "encoding");
}

TEST(Base64, any_takes_either_alphabet_and_either_padding_but_no_mixture) {
    Bytes const value{0xfb, 0xff, 0xfe, 0xfb};
    for (auto good : {"+//++w==", "-__--w==", "+//++w", "-__--w"})
        EXPECT_EQ(*from_base64_any(good), value) << good;
    EXPECT_TRUE(from_base64_any("")->empty());
    for (auto bad :
         {"+__--w", "+//++w=", "=", "==", "Zm9v=", "Zm9v====", "Z===", "Zh==", "Zm=v", " Zm9v"}) {
        EXPECT_ERROR_CODE(from_base64_any(bad), "encoding");
    }
}

TEST(Base32, is_the_alphabet_of_the_rfc_in_lower_case) {
    EXPECT_EQ(to_base32(as_bytes("foobar")), "mzxw6ytboi");
    EXPECT_EQ(to_string(*from_base32("mzxw6ytboi")), "foobar");
    EXPECT_EQ(to_string(*from_base32("MZXW6ytboi")), "foobar");
    // One letter too many, unused bits set, padding, letters that look alike.
    for (auto bad : {"m", "mz3", "mzxw6ytboj", "mzxw6===", "mzxw0", "mzxw1", "mzxw8", "mz xw"}) {
        EXPECT_ERROR_CODE(from_base32(bad), "encoding");
    }
}

TEST(Encodings, every_random_value_comes_back) {
    SeededRandom random(1);
    for (std::size_t length = 0; length < 70; ++length) {
        Bytes value(length);
        random.fill(value);
        EXPECT_EQ(*from_hex(to_hex(value)), value);
        EXPECT_EQ(*from_base32(to_base32(value)), value);
        for (auto form : {Base64::padded, Base64::unpadded, Base64::url_unpadded}) {
            EXPECT_EQ(*from_base64(to_base64(value, form), form), value);
            EXPECT_EQ(*from_base64_any(to_base64(value, form)), value);
        }
    }
}

TEST(Utf8, takes_every_well_formed_sequence) {
    for (auto good : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                      "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(is_utf8(as_bytes(good))) << to_hex(as_bytes(good));
    }
}

TEST(Utf8, refuses_overlong_forms_surrogates_and_cut_ends) {
    for (auto bad : {"\x80",
                     "\xbf",
                     "\xc0\x80",
                     "\xc1\xbf",
                     "\xe0\x80\x80",
                     "\xe0\x9f\xbf",
                     "\xed\xa0\x80",
                     "\xed\xbf\xbf",
                     "\xf0\x80\x80\x80",
                     "\xf0\x8f\xbf\xbf",
                     "\xf4\x90\x80\x80",
                     "\xf5\x80\x80\x80",
                     "\xff",
                     "\xfe",
                     "a\xc2",
                     "\xe2\x82",
                     "\xf0\x9f\x98",
                     "\xc2 ",
                     "\xe2\x82 ",
                     "\xc2\xc2"}) {
        EXPECT_FALSE(is_utf8(as_bytes(bad))) << to_hex(as_bytes(bad));
    }
}

}  // namespace
}  // namespace exhibit::test
