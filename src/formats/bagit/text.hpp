// Tag files come in several encodings; the rest of the room sees UTF-8 lines.
#pragma once

#include "formats/bagit/bagit.hpp"

namespace exhibit::bagit {

// Code "encoding". UTF-16 without a byte order mark is big-endian (RFC 2781 §4.3).
Result<std::string> to_utf8(Encoding encoding, ByteView text);

// Lines end with LF, CR or CRLF; the last may end with the text. The views live as long as the
// text.
std::vector<std::string_view> lines_of(std::string_view text);

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
std::string_view trimmed(std::string_view text);
// Takes blanks off the front; false when there was none.
bool skip_blanks(std::string_view& text);

}  // namespace exhibit::bagit
