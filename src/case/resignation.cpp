#include "case/resignation.hpp"

namespace exhibit {

std::string write_payload(Resignation const& resignation) {
    return write_json({{"case", resignation.case_id.text()},
                       {"guardian", resignation.guardian.hex()},
                       {"leaves", write_time(resignation.leaves)},
                       {"time", write_time(resignation.time)}});
}

Result<Resignation> Resignation::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "resignation"));
    Resignation resignation;
    resignation.case_id = TRY(take_case(object));
    resignation.guardian = TRY(take_guardian(object));
    resignation.leaves = TRY(object.time("leaves"));
    resignation.time = TRY(object.time("time"));
    TRY(object.finish());
    return resignation;
}

}  // namespace exhibit
