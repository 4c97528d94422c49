// An address that is taken is one address, and no text makes a message of another shape.
#include "formats/mail/mail.hpp"

#include "base/bytes.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = std::string(as_text(ByteView(data, size)));
    if (mail::check_address(text).ok()) {
        VERIFY(text.find_first_of(" \r\n<>,;:\"\\") == std::string::npos);
        VERIFY(!mail::domain_of(text).empty());
    }
    auto const written = mail::write_message({.from = "a@b",
                                              .to = "c@d",
                                              .subject = text.substr(0, 60),
                                              .text = text,
                                              .date = WallTime(),
                                              .id = "i"});
    if (!written.ok()) return 0;
    auto const end = written->find("\r\n\r\n");
    VERIFY(end != std::string::npos);
    std::size_t headers = 0;
    for (std::size_t at = 0; at < end; ++headers) {
        at = written->find("\r\n", at) + 2;
        while (at < end && (*written)[at] == ' ') at = written->find("\r\n", at) + 2;
    }
    VERIFY(headers == 9);
    return 0;
}
