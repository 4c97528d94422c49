// What web/build.mjs made, as it lies in the program: `publish` needs no node and no network.
#pragma once

#include <string_view>

namespace exhibit::release::page_assets {

extern std::string_view const script;    // one classic script
extern std::string_view const style;     // one style sheet
extern std::string_view const land;      // SVG path of the land, 720 × 360, half a degree a unit
extern std::string_view const strings;   // JSON: key → English template
extern std::string_view const licences;  // of the code of others in `script`
// The reference's reader of C2PA manifests: beside the page, known to it by digest.
extern std::string_view const c2pa_reader_script;
extern std::string_view const c2pa_reader_wasm;  // gzip

}  // namespace exhibit::release::page_assets
