// Identity files and recipients files: one key a line, '#' comments, empty lines; LF or CRLF.
#pragma once

#include "formats/age/x25519.hpp"

namespace exhibit::age {

inline constexpr std::size_t keys_most = 1000;

// At least one identity. The error names the line, never what stands in it. Code "identity".
Result<std::vector<X25519Identity>> parse_identity_file(ByteView text);
Result<std::vector<X25519Recipient>> parse_recipients_file(
    std::string_view text);  // code "recipient"

// "# public key: age1…" and the identity, as age-keygen writes it but without a time.
SecretBytes write_identity_file(X25519Identity const& identity);

}  // namespace exhibit::age
