// Header values of tus: what is taken is written back the same. The input's lines are header fields
// of a request, which the rules of the server must survive whatever they say.
#include <cstdlib>

#include "formats/tus/client_rules.hpp"
#include "formats/tus/server_rules.hpp"

using namespace exhibit;

namespace {

void check(bool held) {
    if (!held) std::abort();
}

void try_values(std::string_view text) {
    if (auto const m = tus::parse_metadata(text); m.ok())
        check(tus::write_metadata(m.value()) == text);
    if (auto const c = tus::parse_checksum(text); c.ok())
        check(tus::write_checksum(c.value()) == text);
    if (auto const n = tus::parse_number(text); n.ok()) check(std::to_string(n.value()) == text);
    if (auto const d = tus::parse_http_date(text); d.ok())
        check(tus::write_http_date(d.value()) == text);
    static_cast<void>(tus::resolve_location("https://guardian.example:8443/files", text).ok());
}

HeaderFields fields_of(std::string_view text) {
    HeaderFields fields;
    for (std::size_t at = 0; at < text.size();) {
        auto const stop = std::min(text.find('\n', at), text.size());
        auto const line = text.substr(at, stop - at);
        auto const colon = line.find(": ");
        if (colon != std::string_view::npos) {
            try_values(line.substr(colon + 2));
            fields.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
        }
        at = stop + 1;
    }
    return fields;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    try_values(text);
    auto const fields = fields_of(text);
    UploadState const state{70, 100, {}, {}, 1000, WallTime::from_ms(2000), false};
    for (auto const method : {"POST", "PATCH"}) {
        auto const created =
            tus::decide_creation({method, fields, std::nullopt}, {1000, WallTime::from_ms(1000)});
        if (auto const* create = std::get_if<tus::Create>(&created))
            check(create->length.value_or(0) <= 1000);
        auto const touched = tus::decide_upload({method, fields, std::nullopt}, state,
                                                {1000, WallTime::from_ms(1000)});
        if (auto const* append = std::get_if<tus::Append>(&touched))
            check(append->offset + append->room <= 1000);
    }
    tus::Known const known{"https://h/x", 4, 10, true};
    if (auto const learnt = tus::learn_patched(known, 6, 204, fields); learnt.ok())
        check(*learnt.value().offset <= 10);
    if (auto const learnt = tus::learn_offset(known, 200, fields); learnt.ok())
        check(*learnt.value().offset <= 10);
    return 0;
}
