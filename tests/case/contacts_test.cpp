#include "case/contacts.hpp"

#include "support/shared.hpp"

namespace exhibit {
namespace {

TEST(Contacts, a_list_as_people_write_it_is_read_line_by_line) {
    auto const list = parse_contact_list(
        "# whom to warn\n\nfrom  M. of the bakery \nlanguage fr\n"
        "mail lawyer@example.org safe\r\n\tmail\tsister@example.net\nweb https://example.org/h?k=1 "
        "safe");
    ASSERT_OK(list);
    EXPECT_EQ(list->from, "M. of the bakery");
    EXPECT_EQ(list->language, "fr");
    std::vector<Contact> const expected = {{Contact::By::mail, "lawyer@example.org", true},
                                           {Contact::By::mail, "sister@example.net", false},
                                           {Contact::By::web, "https://example.org/h?k=1", true}};
    EXPECT_EQ(list->people, expected);
    EXPECT_OK(parse_contact_list(""));
}

TEST(Contacts, a_wrong_line_is_named) {
    for (auto const* line :
         {"lawyer@example.org", "mail", "mail lawyer", "mail a@b unsafe", "mail a@b safe safe",
          "web http://example.org/", "web https://u:p@example.org/", "web https://", "web ftp://x",
          "web https://example.org/#a", "web https://exa mple.org", "language 12", "language",
          "language en fr", "from a\x01"}) {
        auto const list = parse_contact_list("mail ok@example.org\n" + std::string(line) + "\n");
        EXPECT_ERROR_CODE(list, "contacts");
        EXPECT_EQ(list.error().where, "line 2") << line;
    }
    EXPECT_ERROR_CODE(parse_contact_list("mail a@b\nmail a@b safe\n"), "contacts");
    std::string many;
    for (int i = 0; i < 33; ++i) many += "mail a" + std::to_string(i) + "@b\n";
    EXPECT_ERROR_CODE(parse_contact_list(many), "contacts");
}

TEST(Contacts, documents_are_read_as_they_were_written) {
    SystemRandom random;
    auto contacts = parse_contact_list("mail a@b safe\nweb https://example.org/x\n").take();
    contacts.case_id = CaseId::make(random);
    contacts.version = 7;
    auto const text = write_payload(contacts);
    auto const again = Contacts::parse_payload(as_bytes(text));
    ASSERT_OK(again);
    EXPECT_EQ(write_payload(*again), text);
    contacts.people[0].to = "a@b\r\nBcc: c@d";
    EXPECT_ERROR_CODE(Contacts::parse_payload(as_bytes(write_payload(contacts))), "contacts");

    Notice notice{
        .guardian = GuardianId(random.bytes<32>()), .time = WallTime::from_ms(5), .from = {}};
    notice.deadline = WallTime::from_ms(1);
    notice.release_from = WallTime::from_ms(2);
    EXPECT_EQ(write_payload(Notice::parse_payload(as_bytes(write_payload(notice))).take()),
              write_payload(notice));
    notice.event = Notice::Event::released;
    notice.case_id = contacts.case_id;
    notice.address = "ana.example:7443";
    EXPECT_EQ(write_payload(Notice::parse_payload(as_bytes(write_payload(notice))).take()),
              write_payload(notice));
}

}  // namespace
}  // namespace exhibit
