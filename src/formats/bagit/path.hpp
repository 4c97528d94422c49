// Paths of a bag. A manifest is somebody else's text: a path from it must never leave the bag, on
// any operating system the bag may be opened on.
#pragma once

#include "formats/bagit/bagit.hpp"

namespace exhibit::bagit {

// Refuses: empty and overlong paths, not UTF-8, NUL, backslash, a leading '/', blank, '~' or drive
// letter, and the components "", "." and "..". Code "path".
Outcome check_path(std::string_view path);

// RFC 8493 §2.1.3: CR, LF and '%' in a path are written %0D, %0A, %25.
std::string encode_path(std::string_view path);
// 1.0 decodes exactly those three and leaves any other %XX alone; before 1.0 '%' was not encoded.
std::string decode_path(Version version, std::string_view text);

inline bool is_payload(std::string_view path) { return path.starts_with("data/"); }
// What operating systems leave behind without being asked: .DS_Store, Thumbs.db, desktop.ini.
bool is_system_file(std::string_view path);
// Two names with the same loose name may be one file elsewhere: ASCII and Latin letters without
// case and accents, whether composed or not. Only to warn and to compare together with a digest.
std::string loose_name(std::string_view path);

}  // namespace exhibit::bagit
