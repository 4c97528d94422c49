#include <algorithm>
#include <cctype>

#include "formats/age/age.hpp"
#include "support/shared.hpp"

namespace exhibit {
namespace {

constexpr std::string_view key_text =
    "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0";

TEST(AgeKeys, an_identity_and_its_recipient_come_back_from_their_text) {
    auto const identity = age::X25519Identity::generate();
    auto again = age::X25519Identity::parse(identity.text());
    ASSERT_OK(again);
    EXPECT_TRUE(again->recipient() == identity.recipient());
    auto recipient = age::X25519Recipient::parse(identity.recipient().text());
    ASSERT_OK(recipient);
    EXPECT_TRUE(*recipient == identity.recipient());
    EXPECT_TRUE(identity.clone().recipient() == identity.recipient());
}

TEST(AgeKeys, keys_in_the_wrong_case_or_of_the_wrong_kind_are_refused) {
    auto identity = age::X25519Identity::parse(as_bytes(key_text));
    ASSERT_OK(identity);
    auto const recipient = identity->recipient().text();
    std::string lower(key_text), upper(recipient);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return static_cast<char>(std::tolower(c)); });
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return static_cast<char>(std::toupper(c)); });
    EXPECT_ERROR_CODE(age::X25519Identity::parse(as_bytes(lower)), "identity");
    EXPECT_ERROR_CODE(age::X25519Identity::parse(as_bytes(recipient)), "identity");
    EXPECT_ERROR_CODE(age::X25519Recipient::parse(upper), "recipient");
    EXPECT_ERROR_CODE(age::X25519Recipient::parse(key_text), "recipient");
    EXPECT_ERROR_CODE(age::X25519Recipient::parse(recipient + "\n"), "recipient");
}

TEST(AgeKeys, an_error_about_a_key_does_not_quote_it) {
    auto const wrong = std::string(key_text) + "Q";
    auto const parsed = age::X25519Identity::parse(as_bytes(wrong));
    ASSERT_FALSE(parsed.ok());
    auto const& error = parsed.error();
    EXPECT_EQ((error.what + error.where + error.mend).find("EGTZ"), std::string::npos);
}

TEST(AgeKeys, a_recipient_of_low_order_cannot_be_encrypted_to) {
    age::X25519Recipient const nobody{X25519Public{}};
    EXPECT_ERROR_CODE(age::encrypt({}, nobody), "recipient");
}

TEST(AgeKeys, identity_files_may_have_comments_empty_lines_and_crlf) {
    auto const text =
        "# made today\r\n\r\n" + std::string(key_text) + "\r\n# end\n" + std::string(key_text);
    auto identities = age::parse_identity_file(as_bytes(text));
    ASSERT_OK(identities);
    EXPECT_EQ(identities->size(), 2u);
    auto written = age::write_identity_file(identities->front());
    EXPECT_OK(age::parse_identity_file(written.reveal()));
    EXPECT_EQ(written.reveal_text(), "# public key: " + identities->front().recipient().text() +
                                         "\n" + std::string(key_text) + "\n");
}

TEST(AgeKeys, a_wrong_line_is_named_by_its_number) {
    auto const text = "# one\n" + std::string(key_text) + "\nAGE-PLUGIN-X-1QQQ\n";
    auto const parsed = age::parse_identity_file(as_bytes(text));
    EXPECT_ERROR_CODE(parsed, "identity");
    EXPECT_EQ(parsed.error().where, "line 3");
    EXPECT_ERROR_CODE(age::parse_identity_file(as_bytes("# nothing\n")), "identity");
    EXPECT_ERROR_CODE(age::parse_identity_file(as_bytes(" " + std::string(key_text))), "identity");
    EXPECT_ERROR_CODE(age::parse_recipients_file("age1qqq\n"), "recipient");
}

TEST(AgeArmor, text_that_comes_byte_by_byte_is_read) {
    for (std::size_t n : {0, 1, 47, 48, 49, 96, 70000}) {
        Bytes const file(n, 0xa5);
        auto const text = age::write_armor(file);
        EXPECT_TRUE(age::looks_armored(as_bytes("\n " + text)));
        Bytes back;
        auto const keep = [&](ByteView bytes) {
            append(back, bytes);
            return Outcome();
        };
        age::ArmorReader reader;
        for (auto c : as_bytes(text)) EXPECT_OK(reader.update(ByteView(&c, 1), keep));
        EXPECT_OK(reader.finish(keep));
        EXPECT_EQ(back, file);
    }
}

TEST(AgeArmor, white_space_around_it_is_bounded) {
    auto const text = age::write_armor(as_bytes("x"));
    EXPECT_OK(age::parse_armor(as_bytes(std::string(age::armor_space_most, ' ') + text)));
    EXPECT_ERROR_CODE(
        age::parse_armor(as_bytes(std::string(age::armor_space_most + 1, '\n') + text)), "armor");
    EXPECT_ERROR_CODE(
        age::parse_armor(as_bytes(text + std::string(age::armor_space_most + 1, '\n'))), "armor");
    EXPECT_ERROR_CODE(age::parse_armor(as_bytes(text + text)), "armor");
    EXPECT_ERROR_CODE(age::parse_armor({}), "armor");
    EXPECT_ERROR_CODE(age::parse_armor(as_bytes(std::string(1 << 20, 'A'))), "armor");
}

}  // namespace
}  // namespace exhibit
