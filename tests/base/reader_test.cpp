#include "base/reader.hpp"

#include "support/shared.hpp"

namespace exhibit::test {
namespace {

TEST(Reader, takes_numbers_in_network_order) {
    Bytes const bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    Reader reader(bytes);
    EXPECT_EQ(*reader.take_byte(), 1);
    EXPECT_EQ(*reader.take_u16be(), 0x0203);
    EXPECT_EQ(*reader.take_u32be(), 0x04050607u);
    EXPECT_EQ(*reader.take_u64be(), 0x08090a0b0c0d0e0full);
    EXPECT_TRUE(reader.at_end());
    EXPECT_OK(reader.expect_end());
}

TEST(Reader, never_looks_past_the_end) {
    Bytes const bytes{1, 2, 3};
    Reader reader(bytes);
    EXPECT_ERROR_CODE(reader.take(4), "truncated");
    EXPECT_ERROR_CODE(reader.take(SIZE_MAX), "truncated");
    EXPECT_ERROR_CODE(reader.take_u32be(), "truncated");
    EXPECT_ERROR_CODE(reader.take_u64be(), "truncated");
    EXPECT_EQ(reader.offset(), 0u);  // a refused take consumes nothing
    EXPECT_EQ(reader.take(3)->size(), 3u);
    EXPECT_EQ(reader.peek(), std::nullopt);
    EXPECT_ERROR_CODE(reader.take_byte(), "truncated");
    EXPECT_OK(reader.take(0));
    EXPECT_TRUE(reader.rest().empty());
    Reader empty{ByteView()};
    EXPECT_ERROR_CODE(empty.take_byte(), "truncated");
    EXPECT_ERROR_CODE(empty.take_until('\n', 10), "unterminated");
}

TEST(Reader, a_line_must_end_within_its_limit) {
    Reader reader(as_bytes("abc\ndef"));
    EXPECT_ERROR_CODE(reader.take_until('\n', 3), "unterminated");
    EXPECT_EQ(to_string(*reader.take_until('\n', 4)), "abc");
    EXPECT_EQ(reader.offset(), 4u);
    EXPECT_ERROR_CODE(reader.take_until('\n', 100), "unterminated");
    EXPECT_EQ(to_string(reader.rest()), "def");
}

TEST(Reader, says_what_was_not_expected) {
    Reader reader(as_bytes("abcd"));
    EXPECT_OK(reader.expect(as_bytes("ab")));
    EXPECT_ERROR_CODE(reader.expect_end(), "trailing");
    EXPECT_ERROR_CODE(reader.expect(as_bytes("cX")), "unexpected");
    EXPECT_ERROR_CODE(reader.expect(as_bytes("e")), "truncated");
}

}  // namespace
}  // namespace exhibit::test
