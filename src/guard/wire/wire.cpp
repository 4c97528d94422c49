#include "guard/wire/wire.hpp"

#include <algorithm>

namespace exhibit::guard {

std::string write_answer(Answer const& answer) {
    Json replies = Json::array();
    for (auto const& reply : answer.replies) replies.push_back(envelope_field(reply));
    Json json = {{"replies", replies}};
    if (!answer.refused.empty()) json["refused"] = answer.refused;
    if (answer.evidence) json["evidence"] = envelope_field(*answer.evidence);
    return write_json(json);
}

Result<Answer> parse_answer(ByteView text) {
    auto json = TRY(parse_json(text, {.bytes_max = 4u << 20, .depth_max = 8}));
    auto object = TRY(JsonObject::of(json, "answer"));
    Answer answer;
    auto const* replies = TRY(object.array("replies", 64));
    for (auto const& one : *replies) {
        if (!one.is_string())
            return bad_input("a reply is not an envelope").at("replies").coded("json");
        auto bytes = TRY(from_base64(one.get_ref<std::string const&>()));
        auto envelope = TRY(parse_envelope(bytes, document_bytes_max));
        answer.replies.push_back(std::move(envelope));
    }
    auto refused = TRY(object.optional_text("refused", 64));
    // It is shown to people: a code of ours, and no sentence of the guardian's.
    bool const is_code = std::ranges::all_of(refused.value_or(""), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!is_code) return bad_input("the reason is not a code").at("refused").coded("json");
    answer.refused = refused.value_or("");
    answer.evidence = TRY(take_optional_envelope(object, "evidence"));
    TRY(object.finish());
    return answer;
}

std::string case_path(CaseId const& id, std::string_view rest) {
    return "/v1/cases/" + id.text() + "/" + std::string(rest);
}

}  // namespace exhibit::guard
