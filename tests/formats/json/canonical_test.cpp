#include "formats/json/canonical.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "support/shared.hpp"

namespace exhibit {
namespace {

double from_bits(std::uint64_t bits) {
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

TEST(JsonCanonical, the_six_official_files_come_out_byte_for_byte) {
    NEEDS_SHARED("vectors/jcs");
    int right = 0;
    int files = 0;
    for (auto const* name : {"arrays", "french", "structures", "unicode", "values", "weird"}) {
        auto const input = read_file(
            test::shared_path("vectors/jcs/input/" + std::string(name) + ".json"), 1 << 20);
        auto const output = read_file(
            test::shared_path("vectors/jcs/output/" + std::string(name) + ".json"), 1 << 20);
        ASSERT_OK(input);
        ASSERT_OK(output);
        ++files;
        auto const written = canonicalise(*input);
        ASSERT_OK(written);
        EXPECT_EQ(*written, as_text(*output)) << name;
        right += *written == as_text(*output) ? 1 : 0;
        // What is canonical stays as it is.
        auto const again = canonicalise(as_bytes(*written));
        ASSERT_OK(again);
        EXPECT_EQ(*again, *written);
        // The strict pair agrees wherever it takes the file at all.
        auto const strict = parse_json(*input);
        if (strict.ok()) { EXPECT_EQ(write_json(*strict), *written) << name; }
    }
    std::printf("JCS: %d of %d official files\n", right, files);
    ::testing::Test::RecordProperty("files", right);
    EXPECT_EQ(right, 6);
}

TEST(JsonCanonical, doubles_are_written_as_in_appendix_b_of_rfc_8785) {
    struct {
        std::uint64_t bits;
        char const* text;
    } const cases[] = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0xffefffffffffffff, "-1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0xc340000000000000, "-9007199254740992"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef4f, "999999999999999900000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555554, "333333333.33333325"},
        {0x41b3de4355555555, "333333333.3333333"},
        {0x41b3de4355555556, "333333333.3333334"},
        {0x41b3de4355555557, "333333333.33333343"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
        {0x43143ff3c1cb0959, "1424953923781206.2"},
    };
    for (auto const& one : cases) EXPECT_EQ(write_es6_number(from_bits(one.bits)), one.text);
}

TEST(JsonCanonical, names_are_ordered_by_utf16_units) {
    EXPECT_TRUE(utf16_less("", "a"));
    EXPECT_TRUE(utf16_less("a", "aa"));
    EXPECT_FALSE(utf16_less("a", "a"));
    EXPECT_TRUE(utf16_less("\U00010000", "\ue000"));  // surrogates before the private area
    EXPECT_TRUE(utf16_less("\U0010ffff", "\uffff"));
    EXPECT_TRUE(utf16_less("\ud7ff", "\U00010000"));
    EXPECT_TRUE(utf16_less("x\U0001f600", "x\ufb33"));
    EXPECT_TRUE(utf16_less("\U00010000", "\U00010001"));
    EXPECT_TRUE(utf16_less("\ue000", "\uffff"));
}

TEST(JsonCanonical, text_is_escaped_minimally) {
    EXPECT_EQ(write_json(Json("\b\t\n\f\r\"\\/\x01\x1f\x7f\u2028")),
              "\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0001\\u001f\x7f\u2028\"");
    EXPECT_EQ(write_json(Json(std::string("\0", 1))), "\"\\u0000\"");
}

TEST(JsonCanonical, large_integers_are_written_as_the_double_they_are_to_others) {
    auto const written =
        canonicalise(as_bytes("[9007199254740993,-9223372036854775808,-0,1e21,1E-7]"));
    ASSERT_OK(written);
    EXPECT_EQ(*written, "[9007199254740992,-9223372036854776000,0,1e+21,1e-7]");
    EXPECT_FALSE(canonicalise(as_bytes("1e999")).ok());
    EXPECT_FALSE(canonicalise(as_bytes("{\"a\":1,\"a\":1}")).ok());
}

TEST(JsonCanonical, what_cannot_be_written_is_found_before_it_is_written) {
    EXPECT_ERROR_CODE(check_json(Json(0.5)), "json");
    EXPECT_ERROR_CODE(check_json(Json(std::uint64_t{1} << 53)), "json");
    EXPECT_ERROR_CODE(check_json(Json(-(std::int64_t{1} << 53))), "json");
    EXPECT_ERROR_CODE(check_json(Json("\xff")), "json");
    EXPECT_ERROR_CODE(check_json(Json{{"\xff", 1}}), "json");
    EXPECT_ERROR_CODE(check_json(Json::array({Json{{"deep", Json::array({1.5})}}})), "json");
    EXPECT_ERROR_CODE(check_json(Json::binary({1})), "json");
    EXPECT_OK(check_json(Json{{"a", {1, "x", nullptr, true}}}));
    EXPECT_DEATH(write_json(Json(0.5)), "");
}

}  // namespace
}  // namespace exhibit
