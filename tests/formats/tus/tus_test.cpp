#include "formats/tus/tus.hpp"

#include "support/shared.hpp"

namespace exhibit::tus {

TEST(TusNumbers, only_plain_decimal_numbers_are_taken) {
    EXPECT_EQ(parse_number("0").value(), 0u);
    EXPECT_EQ(parse_number("70").value(), 70u);
    EXPECT_EQ(parse_number("9223372036854775807").value(), 9223372036854775807u);
    for (auto const bad : {"", "-1", "+1", "007", "00", "1.0", "1e3", " 1", "1 ", "0x10",
                           "9223372036854775808", "99999999999999999999"}) {
        EXPECT_ERROR_CODE(parse_number(bad), "number");
    }
}

TEST(TusMetadata, the_example_of_the_specification_is_read_and_written_back) {
    std::string const text = "filename d29ybGRfZG9taW5hdGlvbl9wbGFuLnBkZg==,is_confidential";
    auto const metadata = parse_metadata(text);
    ASSERT_OK(metadata);
    EXPECT_EQ(as_text(*find_value(metadata.value(), "filename")), "world_domination_plan.pdf");
    EXPECT_TRUE(find_value(metadata.value(), "is_confidential")->empty());
    EXPECT_FALSE(find_value(metadata.value(), "other").has_value());
    EXPECT_EQ(write_metadata(metadata.value()), text);
}

TEST(TusMetadata, a_key_with_a_space_and_an_empty_value_keeps_its_space) {
    auto const metadata = parse_metadata("filename ,type YQ==");
    ASSERT_OK(metadata);
    EXPECT_EQ(write_metadata(metadata.value()), "filename ,type YQ==");
}

TEST(TusMetadata, malformed_metadata_is_refused) {
    for (auto const bad : {",", "a,", ",a", "a YQ", "a YQ==,a Yg==", "a  YQ==", "a YQ== ",
                           "a YQ==, b", "\x01 YQ==", "a Y Q==", "\xc3\xa4 YQ==", "a YR=="}) {
        EXPECT_ERROR_CODE(parse_metadata(bad), "metadata");
    }
    EXPECT_ERROR_CODE(parse_metadata(std::string(metadata_limit_bytes + 1, 'a')), "metadata");
    std::string many = "k0";
    for (std::size_t i = 1; i <= metadata_limit_keys; ++i) many += ",k" + std::to_string(i);
    EXPECT_ERROR_CODE(parse_metadata(many), "metadata");
}

TEST(TusChecksum, sha1_of_hello_world_as_in_the_specification) {
    auto const checksum = parse_checksum("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=");
    ASSERT_OK(checksum);
    Hash hash(HashKind::sha1);
    hash.update(as_bytes("hello world"));
    EXPECT_EQ(hash.finish(), checksum.value().digest);
    EXPECT_EQ(write_checksum(checksum.value()), "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=");
}

TEST(TusChecksum, unknown_algorithms_and_wrong_lengths_are_refused) {
    EXPECT_ERROR_CODE(parse_checksum("md5 XrY7u+Ae7tCTyyK7j1rNww=="), "checksum-algorithm");
    EXPECT_ERROR_CODE(parse_checksum("SHA1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="), "checksum-algorithm");
    EXPECT_ERROR_CODE(parse_checksum("sha1"), "checksum");
    EXPECT_ERROR_CODE(parse_checksum("sha1 "), "checksum");
    EXPECT_ERROR_CODE(parse_checksum("sha1 YQ=="), "checksum");
    EXPECT_ERROR_CODE(parse_checksum("sha256 Kq5sNclPz7QV2+lfQIuc6R7oRu0="), "checksum");
}

TEST(TusDates, the_example_of_the_http_standard) {
    // RFC 9110 §5.6.7.
    auto const time = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
    ASSERT_OK(time);
    EXPECT_EQ(time.value().since_epoch_ms(), 784111777000);
    EXPECT_EQ(write_http_date(time.value()), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(write_http_date(WallTime()), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(TusDates, other_forms_are_refused) {
    for (auto const bad : {"", "Mon, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT"}) {
        EXPECT_ERROR_CODE(parse_http_date(bad), "http-date");
    }
}

TEST(TusFields, names_compare_without_case_and_repetition_is_seen) {
    HeaderFields const fields{{"Upload-Offset", "1"}, {"upload-offset", "2"}, {"X", "3"}};
    EXPECT_EQ(fields.find("UPLOAD-OFFSET"), "1");
    EXPECT_TRUE(fields.repeated("Upload-offset"));
    EXPECT_FALSE(fields.repeated("x"));
    EXPECT_FALSE(fields.find("Y").has_value());
}

}  // namespace exhibit::tus
