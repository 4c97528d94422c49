// mail: one plain-text message for one person (RFC 5322, MIME RFC 2045 to 2047), written only.
//
// Comes in: addresses, subject, text in any script, a time and an id (this room has no clock). Goes
// out: a message in ASCII with CRLF, which any mail program shows. The text goes as base64, the
// subject as encoded words, so that no line of either can become a header or end the message.
//
// Addresses are checked here, because a line break in one would be a header of somebody else's
// choosing: the common form only (RFC 5321 Mailbox with a dot-string and a domain name).
//
// Not implemented: reading, quoted local parts, address literals, non-ASCII addresses (RFC 6531),
// attachments, HTML, several recipients.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace exhibit::mail {

inline constexpr std::size_t address_bytes_max = 254;  // RFC 5321 §4.5.3.1.3, less the brackets
inline constexpr std::size_t subject_bytes_max = 200;
inline constexpr std::size_t text_bytes_max = 16 * 1024;

// "ana@example.org". Code "mail-address".
Outcome check_address(std::string_view address);
// What follows the '@' of a checked address.
std::string_view domain_of(std::string_view address);

struct Message {
    std::string from, to;  // checked again
    std::string subject;   // one line of UTF-8
    std::string text;      // UTF-8, lines end with LF
    WallTime date;
    std::string id;  // left part of the Message-ID: letters, digits, '-', '.'
};
// Codes "mail-address", "mail-text" (too long, no UTF-8, a line break in the subject), "mail-id".
Result<std::string> write_message(Message const& message);

}  // namespace exhibit::mail
