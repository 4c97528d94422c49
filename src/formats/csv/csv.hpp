// csv: tables as comma-separated values, for spreadsheets.
//
// Comes in: rows of texts. Goes out: one text. Written only.
//
// Spec: RFC 4180 with a header line: CRLF ends a record, a field with a comma, a quote, CR or LF is
// quoted, quotes are doubled. UTF-8 without a mark. A field that a spreadsheet would take for a
// formula (it begins with = + - @, a tab or CR) gets a ' before it: the text may be a stranger's,
// and opening a table must not run it.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace exhibit {

std::string write_csv(std::vector<std::string> const& header,
                      std::vector<std::vector<std::string>> const& rows);

}  // namespace exhibit
