#include "protocol/state_text.hpp"

namespace exhibit::protocol {
namespace {

constexpr std::int64_t ms_most = (std::int64_t{1} << 53) - 1;
constexpr unsigned guardians_max = 16;

}  // namespace

Json envelope_json(Envelope const& envelope) {
    Json signatures = Json::array();
    for (auto const& one : envelope.signatures) {
        signatures.push_back({{"keyid", one.keyid}, {"sig", to_base64(one.sig)}});
    }
    return {{"payload", to_base64(envelope.payload)},
            {"payloadType", envelope.payload_type},
            {"signatures", signatures}};
}

Result<Envelope> envelope_from(Json const& json) {
    auto object = TRY(JsonObject::of(json, "envelope"));
    Envelope envelope;
    envelope.payload_type = TRY(object.text("payloadType", payload_type_max));
    envelope.payload = TRY(object.base64("payload", document_bytes_max));
    auto const* signatures = TRY(object.array("signatures", envelope_signatures_max));
    for (auto const& one : *signatures) {
        auto entry = TRY(JsonObject::of(one, "signatures"));
        Envelope::Signature signature;
        signature.keyid = TRY(entry.text("keyid", keyid_max));
        signature.sig = TRY(entry.base64("sig", signature_bytes_max));
        TRY(entry.finish());
        envelope.signatures.push_back(std::move(signature));
    }
    TRY(object.finish());
    return envelope;
}

Json rank_json(Rank const& rank) {
    return {{"claimed", rank.claimed.since_epoch_ms()},
            {"digest", rank.digest.hex()},
            {"release_now", rank.release_now}};
}

Result<Rank> rank_from(Json const& json) {
    auto object = TRY(JsonObject::of(json, "rank"));
    Rank rank;
    rank.claimed = TRY(take_instant(object, "claimed"));
    rank.digest = TRY(take_digest(object, "digest"));
    rank.release_now = TRY(object.boolean("release_now"));
    TRY(object.finish());
    return rank;
}

Json motion_json(Motion const& motion) {
    return {
        {"hold", motion.hold}, {"policy", motion.policy.hex()}, {"subject", motion.subject.hex()}};
}

Result<Motion> motion_from(Json const& json) {
    auto object = TRY(JsonObject::of(json, "motion"));
    Motion motion;
    motion.subject = TRY(take_digest(object, "subject"));
    motion.hold = TRY(take_unsigned(object, "hold", 0, spoken_codes_max));
    motion.policy = TRY(take_digest(object, "policy"));
    TRY(object.finish());
    return motion;
}

Json schedule_json(Schedule const& schedule) {
    return {{"attempts", schedule.attempts}, {"next", schedule.next.since_epoch_ms()}};
}

Result<Schedule> schedule_from(Json const& json) {
    auto object = TRY(JsonObject::of(json, "schedule"));
    Schedule schedule;
    schedule.next = TRY(take_instant(object, "next"));
    schedule.attempts = TRY(take_unsigned(object, "attempts", 0, 1'000'000));
    TRY(object.finish());
    return schedule;
}

Json guardians_json(std::vector<GuardianId> const& guardians) {
    Json list = Json::array();
    for (auto const& guardian : guardians) list.push_back(guardian.hex());
    return list;
}

Result<std::vector<GuardianId>> guardians_from(Json const& json) {
    if (!json.is_array() || json.size() > guardians_max)
        return bad_input("is not a list of guardians").coded("state");
    std::vector<GuardianId> guardians;
    for (auto const& one : json) {
        if (!one.is_string()) return bad_input("a guardian is not a text").coded("state");
        auto guardian = TRY(GuardianId::from_hex(one.get_ref<std::string const&>()));
        guardians.push_back(guardian);
    }
    return guardians;
}

Result<WallTime> take_instant(JsonObject& object, char const* key) {
    auto ms = TRY(object.integer(key, -ms_most, ms_most));
    return WallTime::from_ms(ms);
}

Result<Duration> take_signed_duration(JsonObject& object, char const* key) {
    auto ms = TRY(object.integer(key, -ms_most, ms_most));
    return Duration::ms(ms);
}

}  // namespace exhibit::protocol
