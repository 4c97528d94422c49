#include "formats/mail/mail.hpp"

#include <sstream>

#include "base/encoding.hpp"
#include "support/shared.hpp"

namespace exhibit::mail {
namespace {

Message message() {
    return {.from = "guardian@ana.example",
            .to = "lawyer+case@example.org",
            .subject = "No sign of life",
            .text = "First line\nsecond line\n.\n",
            .date = WallTime::from_ms(1'795'535'415'000),
            .id = "a1-b2"};
}

TEST(Mail, addresses_of_the_common_form_are_taken_and_nothing_that_is_more_than_one) {
    for (auto const* good : {"a@b", "ana@example.org", "a.b+c=d@x-y.example", "x@1.2.3.a",
                             "!#$%&'*+-/=?^_`{|}~@example.org"})
        EXPECT_TRUE(check_address(good).ok()) << good;
    std::string const long_local = std::string(65, 'a') + "@b",
                      long_all = "a@" + std::string(253, 'b');
    for (std::string const& bad : {std::string(),
                                   std::string("a"),
                                   std::string("@b"),
                                   std::string("a@"),
                                   std::string("a@b@c"),
                                   std::string("a b@c"),
                                   std::string("a@b\r\nBcc: x@y"),
                                   std::string("a@b,c@d"),
                                   std::string("<a@b>"),
                                   std::string(".a@b"),
                                   std::string("a.@b"),
                                   std::string("a..b@c"),
                                   std::string("a@-b"),
                                   std::string("a@b-.c"),
                                   std::string("a@b..c"),
                                   std::string("a@[127.0.0.1]"),
                                   std::string("\"a\"@b"),
                                   std::string("a@b>"),
                                   std::string("ä@b"),
                                   std::string("a@b\0", 4),
                                   long_local,
                                   long_all})
        EXPECT_ERROR_CODE(check_address(bad), "mail-address");
}

TEST(Mail, every_line_is_short_ascii_and_ends_with_CRLF) {
    auto mail = message();
    mail.subject = "Кто-то не подал признака жизни, 没有消息 and a long, long rest of it";
    mail.text = "Жизнь\n" + std::string(3000, 'x') + "\n\u0645\u0631\u062d\u0628\u0627\n";
    auto const written = write_message(mail);
    ASSERT_OK(written);
    std::istringstream lines(*written);
    for (std::string line; std::getline(lines, line);) {
        ASSERT_TRUE(line.ends_with('\r'));
        EXPECT_LE(line.size(), 78u + 1) << line;
        for (char const c : line) EXPECT_TRUE(c == '\r' || (c >= 0x20 && c < 0x7f)) << line;
        EXPECT_NE(line, ".\r");
    }
    EXPECT_NE(written->find("Date: Tue, 24 Nov 2026 "), std::string::npos) << *written;
}

TEST(Mail, nothing_from_outside_becomes_a_header) {
    auto mail = message();
    mail.subject = "a\r\nBcc: x@y";
    EXPECT_ERROR_CODE(write_message(mail), "mail-text");
    mail.subject = "";
    EXPECT_ERROR_CODE(write_message(mail), "mail-text");
    mail = message();
    mail.to = "a@b\nBcc: x@y";
    EXPECT_ERROR_CODE(write_message(mail), "mail-address");
    mail = message();
    mail.id = "a b";
    EXPECT_ERROR_CODE(write_message(mail), "mail-id");
    mail = message();
    mail.text = "\xff";
    EXPECT_ERROR_CODE(write_message(mail), "mail-text");
    mail.text = std::string(text_bytes_max + 1, 'x');
    EXPECT_ERROR_CODE(write_message(mail), "mail-text");
}

}  // namespace
}  // namespace exhibit::mail
