// Text into markup: everything that comes from a witness, a guardian or a file name passes here.
#pragma once

#include <string>
#include <string_view>

namespace exhibit::release {

// For text and for attributes in double quotes.
std::string html_text(std::string_view text);
// Without control characters and what reorders text, isolated from the direction around it.
std::string html_name(std::string_view untrusted);
std::string url_path(std::string_view path);  // every byte that is not plain is %XX; '/' is kept

}  // namespace exhibit::release
