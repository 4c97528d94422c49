// Hands one message to a mail relay (SMTP, RFC 5321; STARTTLS, RFC 3207; AUTH, RFC 4954), by
// libcurl.
//
// Everywhere but on this machine itself the line is encrypted, or nothing is sent: a relay that
// does not offer STARTTLS, or whose certificate no authority vouches for, is an error. Through the
// SOCKS5 proxy when there is one.
//
// Error codes: "refused", "timeout", "dns", "proxy", "pin" (certificate), "smtp-tls" (no STARTTLS),
// "smtp-login", "smtp-refused" (the relay took sender, recipient or message not), "smtp" (all
// else).
#pragma once

#include <memory>
#include <string>

#include "base/secret.hpp"

namespace exhibit {

struct MailRelay {
    std::string url;  // smtp://host:port or smtps://host:port, as parse_mail_relay gives it
    std::string user = {};
    // Shared by the copies of a guardian's options; the last one ends it.
    std::shared_ptr<SecretBytes const> password = {};
    std::string authorities = {};  // PEM: instead of the system's
    std::string socks5_proxy = {};
    unsigned timeout_ms = 60'000;
};

// What people type: smtp://mail.example, smtp://mail.example:587, smtps://mail.example. Ports: 587
// for smtp, 465 for smtps, unless named. Code "smtp".
Result<std::string> parse_mail_relay(std::string_view text);

// `from` and `to` are checked addresses (formats/mail); the message is ASCII with CRLF.
Outcome hand_over_mail(MailRelay const& relay, std::string const& from, std::string const& to,
                       std::string const& message);

}  // namespace exhibit
