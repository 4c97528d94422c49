// Lists of contacts as people write them, and the documents that come of them.
#include "case/contacts.hpp"

#include "net/smtp.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    ByteView const input(data, size);
    if (auto const list = parse_contact_list(as_text(input)); list.ok()) {
        auto const text = write_payload(*list);
        auto const again = Contacts::parse_payload(as_bytes(text));
        VERIFY(again.ok() && again->people == list->people && write_payload(*again) == text);
        for (auto const& one : list->people)
            VERIFY(one.to.find_first_of("\r\n ") == std::string::npos);
    }
    if (auto const contacts = Contacts::parse_payload(input); contacts.ok()) {
        auto const text = write_payload(*contacts);
        VERIFY(write_payload(Contacts::parse_payload(as_bytes(text)).take()) == text);
    }
    if (auto const notice = Notice::parse_payload(input); notice.ok()) {
        auto const text = write_payload(*notice);
        VERIFY(write_payload(Notice::parse_payload(as_bytes(text)).take()) == text);
    }
    if (auto const relay = parse_mail_relay(as_text(input)); relay.ok())
        VERIFY(parse_mail_relay(*relay).ok());
    return 0;
}
