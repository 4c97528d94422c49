// Python's email package reads our message and gives the same facts back.
#include "formats/mail/mail.hpp"
#include "support/shared.hpp"

namespace exhibit::mail {
namespace {

constexpr char const* reader = R"(
import sys
from email import message_from_bytes, policy
m = message_from_bytes(sys.stdin.buffer.read(), policy=policy.default)
assert not m.defects, m.defects
out = [m['From'], m['To'], m['Subject'], m['Message-ID'], m['Date'].datetime.isoformat(),
       m.get_content_type(), m.get_content()]
sys.stdout.buffer.write('|'.join(str(x) for x in out).encode())
)";

TEST(MailOracle, python_reads_our_message) {
    NEEDS_PROGRAM("python3");
    for (std::string const subject :
         {"No sign of life", "Кто-то не подал признака жизни, und noch viel mehr als eine Zeile",
          "=?UTF-8?B?QQ==?= as it stands", "没有消息没有消息没有消息没有消息没有消息没有消息"}) {
        Message const mail{
            .from = "guardian@ana.example",
            .to = "lawyer@example.org",
            .subject = subject,
            .text = "Ünï \u0645\u0631\n.\nFrom here\n\n" + std::string(500, 'y') + "\n",
            .date = parse_time("2026-11-24T15:50:15.000Z").value(),
            .id = "a1-b2"};
        auto const written = write_message(mail);
        ASSERT_OK(written);
        auto const ran = test::run({"python3", "-c", reader}, as_bytes(*written));
        ASSERT_EQ(ran.code, 0) << ran.err;
        auto text = ran.out;
        std::erase(text, '\r');
        EXPECT_EQ(text, "guardian@ana.example|lawyer@example.org|" + subject +
                            "|<a1-b2@ana.example>|2026-11-24T15:50:15+00:00|text/plain|" +
                            mail.text);
    }
}

}  // namespace
}  // namespace exhibit::mail
