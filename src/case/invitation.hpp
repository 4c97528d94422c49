// The one line by which a guardian invites a witness:
//
//   exhibit-guardian-1:ana:ana.example:7443:<base64url of TLS pin (32 bytes) ‖ token (16 bytes)>
//
// It works once. No certificate authority: the pin is the trust, the line travels by a channel of
// trust.
#pragma once

#include "case/ids.hpp"

namespace exhibit {

// Where a guardian listens. Normalised: lower case, no scheme.
struct GuardianAddress {
    static constexpr unsigned usual_port = 7443;
    std::string host;  // name, IPv4, or IPv6 in brackets
    unsigned port = usual_port;
    std::string text() const { return host + ":" + std::to_string(port); }
    // As people say it: without the port when it is the usual one.
    std::string short_text() const { return port == usual_port ? host : text(); }
    std::string url() const { return "https://" + text(); }
    static Result<GuardianAddress> parse(std::string_view text);  // port may be left out
    friend bool operator==(GuardianAddress const&, GuardianAddress const&) = default;
};

using InvitationToken = ByteArray<16>;

struct Invitation {
    std::string
        name;  // what the witness calls the guardian; 1 to 64 bytes, no colon, no control character
    GuardianAddress address;
    ByteArray<32> pin{};  // SHA-256 of the TLS key
    InvitationToken token{};

    std::string line() const;
    static Result<Invitation> parse(std::string_view line);
    std::string curl_pin() const { return "sha256//" + to_base64(pin); }
};

Outcome check_guardian_name(std::string_view name);

}  // namespace exhibit
