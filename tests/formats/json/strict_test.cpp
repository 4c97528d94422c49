#include <gtest/gtest.h>

#include "formats/json/json.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

void refuses(std::string_view text, char const* what) {
    auto const parsed = parse_json(as_bytes(text));
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_STREQ(parsed.error().code, "json");
    EXPECT_NE(parsed.error().what.find(what), std::string::npos)
        << text << ": " << parsed.error().what;
}

std::string rewritten(std::string_view text) {
    auto const parsed = parse_json(as_bytes(text));
    return parsed.ok() ? write_json(*parsed) : "refused: " + parsed.error().what;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonStrict, ordinary_values_are_read_and_written_canonically) {
    EXPECT_EQ(rewritten("null"), "null");
    EXPECT_EQ(rewritten(" [ true , false ] \n"), "[true,false]");
    EXPECT_EQ(rewritten("{\"b\":1,\"a\":[{},\"\",[]]}"), "{\"a\":[{},\"\",[]],\"b\":1}");
    EXPECT_EQ(rewritten("\"\\u00e9 \\ud83d\\ude00 \\/\""), "\"\u00e9 \U0001f600 /\"");
}

TEST(JsonStrict, integers_stop_short_of_2_to_the_53) {
    EXPECT_EQ(rewritten("9007199254740991"), "9007199254740991");
    EXPECT_EQ(rewritten("-9007199254740991"), "-9007199254740991");
    refuses("9007199254740992", "2^53");
    refuses("-9007199254740992", "2^53");
    refuses("18446744073709551615", "2^53");
    refuses("-9223372036854775808", "2^53");
    refuses("18446744073709551616", "not an integer");
    refuses("123456789012345678901234567890", "not an integer");
    refuses(std::string(400, '9'), "out of range");
}

TEST(JsonStrict, numbers_that_are_not_plain_integers_are_refused) {
    for (auto const* text : {"1.0", "0.5", "1e2", "1E+2", "-1.5e-3", "0e0", "-0.0", "1e-400"}) {
        refuses(text, "not an integer");
    }
    refuses("-0", "negative zero");
    refuses("{\"n\":-0}", "negative zero");
    refuses("1e999", "out of range");
    refuses("-1e999", "out of range");
    for (auto const* text : {"01", "+1", ".5", "1.", "0x10", "NaN", "Infinity", "-", "1e"}) {
        refuses(text, "not JSON");
    }
}

TEST(JsonStrict, a_name_twice_in_one_object_is_refused) {
    refuses("{\"a\":1,\"a\":1}", "twice");
    refuses("[{\"x\":{\"a\":1,\"b\":2,\"a\":3}}]", "twice");
    refuses("{\"a\":1,\"\\u0061\":2}", "twice");
    EXPECT_EQ(rewritten("[{\"a\":1},{\"a\":{\"a\":2}}]"), "[{\"a\":1},{\"a\":{\"a\":2}}]");
}

TEST(JsonStrict, nesting_is_bounded) {
    EXPECT_EQ(rewritten(nested(32)), nested(32));
    refuses(nested(33), "deeply");
    refuses(std::string(500000, '['), "deeply");
    std::string objects;
    for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
    refuses(objects, "deeply");
    EXPECT_FALSE(parse_json(as_bytes("[[]]"), {.depth_max = 1}).ok());
    EXPECT_TRUE(parse_json(as_bytes("7"), {.depth_max = 0}).ok());
}

TEST(JsonStrict, what_is_not_utf8_is_refused) {
    refuses("\"\xff\"", "UTF-8");
    refuses("\"\xc0\xaf\"", "UTF-8");          // overlong '/'
    refuses("\"\xed\xa0\x80\"", "UTF-8");      // an encoded surrogate
    refuses("\"\xf4\x90\x80\x80\"", "UTF-8");  // past U+10FFFF
    refuses("{}\xff", "UTF-8");
}

TEST(JsonStrict, lone_surrogates_are_refused) {
    for (auto const* text : {"\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\ud800\"",
                             "\"\\udc00\\ud800\"", "{\"\\ud800\":1}"}) {
        refuses(text, "not JSON");
    }
}

TEST(JsonStrict, bytes_around_the_value_are_refused) {
    refuses("", "not JSON");
    refuses("  ", "not JSON");
    refuses("1 2", "not JSON");
    refuses("{}{}", "not JSON");
    refuses("{} // done", "not JSON");
    refuses("/* */ {}", "not JSON");
    refuses("\xef\xbb\xbf{}", "byte order mark");
    refuses(std::string_view("{}\0", 3), "NUL");
    refuses(std::string_view("{}\0{\"a\":1}", 10), "NUL");
    refuses("[1,]", "not JSON");
    refuses("{\"a\":1,}", "not JSON");
    refuses("{'a':1}", "not JSON");
    refuses("\"\t\"", "not JSON");
    refuses("\"\\x41\"", "not JSON");
    refuses("[1", "not JSON");
    refuses("True", "not JSON");
}

TEST(JsonStrict, length_is_bounded) {
    EXPECT_TRUE(parse_json(as_bytes("[1]"), {.bytes_max = 3}).ok());
    auto const parsed = parse_json(as_bytes("[12]"), {.bytes_max = 3});
    EXPECT_ERROR_CODE(parsed, "json");
}

TEST(JsonStrict, an_error_names_the_byte_and_quotes_nothing) {
    auto const parsed = parse_json(as_bytes("{\"secret place\":tru3}"));
    ASSERT_FALSE(parsed.ok());
    EXPECT_EQ(parsed.error().where, "byte 20");
    EXPECT_EQ(parsed.error().what.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace exhibit
