#include "case/check_in.hpp"

#include <algorithm>

#include "crypto/hash.hpp"

namespace exhibit {
namespace {

constexpr std::size_t clocks_max = 16;
constexpr std::size_t vouched_max = 100'000;

Result<std::vector<Digest256>> take_spoken(JsonObject& object) {
    auto const* list = TRY(object.array("spoken", spoken_codes_max));
    std::vector<Digest256> codes;
    for (auto const& one : *list) {
        if (!one.is_string()) return bad_input("a code is not a text").at("spoken").coded("json");
        auto bytes = TRY(from_hex(one.get_ref<std::string const&>()));
        auto code = TRY(exactly<32>(bytes));
        codes.push_back(code);
    }
    if (codes.empty()) return bad_input("an empty list is left out").at("spoken").coded("json");
    return codes;
}

}  // namespace

std::string write_payload(ClockReading const& clock) {
    return write_json({{"case", clock.case_id.text()},
                       {"guardian", clock.guardian.hex()},
                       {"time", write_time(clock.time)},
                       {"nonce", to_hex(clock.nonce)}});
}

Result<ClockReading> ClockReading::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "clock"));
    ClockReading clock;
    clock.case_id = TRY(take_case(object));
    clock.guardian = TRY(take_guardian(object));
    clock.time = TRY(object.time("time"));
    clock.nonce = TRY(object.hex<16>("nonce"));
    TRY(object.finish());
    return clock;
}

std::string write_payload(CheckIn const& check_in) {
    Json clocks = Json::array();
    for (auto const& clock : check_in.clocks) clocks.push_back(envelope_field(clock));
    Json json = {{"case", check_in.case_id.text()},
                 {"claimed", write_time(check_in.claimed)},
                 {"interval_ms", check_in.interval.count_ms()},
                 {"grace_ms", check_in.grace.count_ms()},
                 {"policy", check_in.policy.hex()},
                 {"vouched", check_in.vouched.hex()},
                 {"clocks", clocks}};
    for (auto const& code : check_in.spoken) json["spoken"].push_back(to_hex(code));
    return write_json(json);
}

Result<CheckIn> CheckIn::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "check-in"));
    CheckIn check_in;
    check_in.case_id = TRY(take_case(object));
    check_in.claimed = TRY(object.time("claimed"));
    check_in.interval = TRY(take_duration(object, "interval_ms"));
    check_in.grace = TRY(take_duration(object, "grace_ms"));
    check_in.policy = TRY(take_digest(object, "policy"));
    check_in.vouched = TRY(take_digest(object, "vouched"));
    auto const* clocks = TRY(object.array("clocks", clocks_max));
    for (auto const& one : *clocks) {
        if (!one.is_string())
            return bad_input("a clock is not an envelope").at("clocks").coded("json");
        auto bytes = TRY(from_base64(one.get_ref<std::string const&>()));
        auto envelope = TRY(parse_envelope(bytes, 4096));
        check_in.clocks.push_back(std::move(envelope));
    }
    if (object.has("spoken")) check_in.spoken = TRY(take_spoken(object));
    TRY(object.finish());
    return check_in;
}

Duration least_gap(Duration interval) { return std::min(Duration::minutes(10), interval / 432); }

std::string VouchedList::text() const {
    std::string out;
    for (auto const& statement : statements) out += statement.hex() + "\n";
    return out;
}

DocumentDigest VouchedList::digest() const { return DocumentDigest(sha256(text())); }

Result<VouchedList> VouchedList::parse(std::string_view text) {
    VouchedList list;
    if (text.size() % 65 != 0 || text.size() / 65 > vouched_max) {
        return bad_input("is not a list of statement digests").coded("vouched");
    }
    for (std::size_t at = 0; at < text.size(); at += 65) {
        if (text[at + 64] != '\n')
            return bad_input("is not a list of statement digests").coded("vouched");
        auto digest = TRY(DocumentDigest::from_hex(text.substr(at, 64)));
        list.statements.push_back(digest);
    }
    return list;
}

std::string write_payload(ReleaseNow const& now) {
    return write_json({{"case", now.case_id.text()},
                       {"claimed", write_time(now.claimed)},
                       {"policy", now.policy.hex()}});
}

Result<ReleaseNow> ReleaseNow::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "release-now"));
    ReleaseNow now;
    now.case_id = TRY(take_case(object));
    now.claimed = TRY(object.time("claimed"));
    now.policy = TRY(take_digest(object, "policy"));
    TRY(object.finish());
    return now;
}

}  // namespace exhibit
