#include "release/page_assets.hpp"

// The files are put into the program by the assembler as they are; its search path is where CMake
// had them made. C++20 has no other way that costs no compile time (#embed is C23).
#define EXHIBIT_ASSET(name, file)                \
    asm(".pushsection .rodata\n"                 \
        ".global exhibit_page_" #name            \
        "\n"                                     \
        ".global exhibit_page_" #name            \
        "_end\n"                                 \
        "exhibit_page_" #name                    \
        ":\n"                                    \
        ".incbin \"" file                        \
        "\"\n"                                   \
        "exhibit_page_" #name                    \
        "_end:\n"                                \
        ".byte 0\n"                              \
        ".popsection\n");                        \
    extern "C" char const exhibit_page_##name[]; \
    extern "C" char const exhibit_page_##name##_end[]

EXHIBIT_ASSET(script, "page.js");
EXHIBIT_ASSET(style, "page.css");
EXHIBIT_ASSET(land, "land.path");
EXHIBIT_ASSET(strings, "strings.json");
EXHIBIT_ASSET(licences, "licences.txt");
EXHIBIT_ASSET(c2pa_reader_script, "c2pa-reader.js");
EXHIBIT_ASSET(c2pa_reader_wasm, "c2pa-reader.wasm.gz");

namespace exhibit::release::page_assets {

std::string_view const script(exhibit_page_script, exhibit_page_script_end);
std::string_view const style(exhibit_page_style, exhibit_page_style_end);
std::string_view const land(exhibit_page_land, exhibit_page_land_end);
std::string_view const strings(exhibit_page_strings, exhibit_page_strings_end);
std::string_view const licences(exhibit_page_licences, exhibit_page_licences_end);
std::string_view const c2pa_reader_script(exhibit_page_c2pa_reader_script,
                                          exhibit_page_c2pa_reader_script_end);
std::string_view const c2pa_reader_wasm(exhibit_page_c2pa_reader_wasm,
                                        exhibit_page_c2pa_reader_wasm_end);

}  // namespace exhibit::release::page_assets
