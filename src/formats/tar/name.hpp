// Names from an archive are hostile: they want to leave the folder, overwrite, or fool the eye.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit::tar {

// The name as a path below a folder. One leading "./" is dropped. Refused with code "tar-name":
// absolute, a component "", "." or "..", NUL, a component past 255 bytes, a whole past 4096.
// Control characters and bytes that are no UTF-8 are kept, because a file name may hold them: show
// it with printable().
Result<std::string> safe_relative_name(std::string_view name);

// For people's eyes, on one line: control characters, bytes that are no UTF-8, invisible and
// direction-changing characters ("gpj.exe" reads backwards) and the backslash are escaped.
std::string printable(std::string_view name);
// The same for a sentence that names things: the backslash, which may be an escape's, stays.
std::string printable_line(std::string_view line);

}  // namespace exhibit::tar
