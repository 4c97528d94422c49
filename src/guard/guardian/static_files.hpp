// Files over HTTP: a single byte range (RFC 9110 §14), and the release folder of a case that this
// guardian published.
#pragma once

#include "net/http.hpp"

namespace exhibit::guard {

// The file, or the part of it that Range asks for: 200, 206 or 416. `size` is how much of it
// counts.
HttpResponse answer_file(HttpRequest const& request, Path const& path, std::uint64_t size,
                         std::string_view type);

// What lies at `below` in the folder; 404 for all else. `below` is as it stood in the URL, not
// decoded.
HttpResponse answer_from_folder(HttpRequest const& request, Path const& folder,
                                std::string_view below);

std::string_view content_type_of(std::string_view file_name);

}  // namespace exhibit::guard
