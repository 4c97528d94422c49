// What is claimed of one exhibit, and where and when that would be, drawn without asking anybody
// for a map.
#pragma once

#include "case/statement.hpp"

namespace exhibit::release {

// A definition list, and drawings of the camera's place and time of day where it tells them.
std::string claims_html(SealFacts const& facts);
// Which kinds of facts are not shown: words of web/strings ("withheld.time", …).
std::vector<char const*> not_shown(SealFacts const& facts);
// Once in a page: the land, for the drawings to refer to.
std::string land_symbol();

// <dt>…</dt><dd>…</dd>; `html` is markup already.
std::string fact_row(char const* key, std::string const& html);

}  // namespace exhibit::release
