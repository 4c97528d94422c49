#include "case/opened.hpp"

namespace exhibit {

std::string write_payload(Opened const& opened) {
    return write_json({{"case", opened.case_id.text()},
                       {"policy", opened.policy.hex()},
                       {"stage", opened.stage},
                       {"reader", to_base64(opened.reader.bytes())},
                       {"time", write_time(opened.time)}});
}

Result<Opened> Opened::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "opened"));
    Opened opened;
    opened.case_id = TRY(take_case(object));
    opened.policy = TRY(take_digest(object, "policy"));
    opened.stage = TRY(take_unsigned(object, "stage", 0, 15));
    opened.reader = TRY(take_public_key(object, "reader"));
    opened.time = TRY(object.time("time"));
    TRY(object.finish());
    return opened;
}

}  // namespace exhibit
