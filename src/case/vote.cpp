#include "case/vote.hpp"

namespace exhibit {
namespace {

constexpr unsigned hold_max = spoken_codes_max;
constexpr std::size_t holds_max = 33;  // two numbers from each of 16 guardians, and a code
constexpr std::size_t hold_bytes_max = 2048;
constexpr std::size_t adoptions_max = 4;
constexpr std::size_t words_max = 512;  // 33 words of at most 8 letters are 296

Result<Subject> take_subject(JsonObject& object) {
    auto envelope = TRY(take_envelope(object, "subject"));
    if (envelope.payload_type != CheckIn::kind && envelope.payload_type != ReleaseNow::kind) {
        return bad_input("is neither a check-in nor a release-now").at("subject").coded("kind");
    }
    return Subject::of(std::move(envelope));
}

// One text for one value: an empty list is left out.
Result<std::vector<Envelope>> take_envelopes(JsonObject& object, char const* key,
                                             std::size_t count_max, std::size_t bytes_max) {
    auto const* list = TRY(object.array(key, count_max));
    std::vector<Envelope> envelopes;
    for (auto const& one : *list) {
        if (!one.is_string()) return bad_input("is not an envelope").at(key).coded("json");
        auto bytes = TRY(from_base64(one.get_ref<std::string const&>()));
        auto envelope = TRY(parse_envelope(bytes, bytes_max));
        envelopes.push_back(std::move(envelope));
    }
    if (envelopes.empty()) return bad_input("an empty list is left out").at(key).coded("json");
    return envelopes;
}

// Vote, VoteRequest and Adoption share case, guardian, subject, hold and policy.
template <typename T>
Json write_motion(T const& value) {
    return {{"case", value.case_id.text()},
            {"guardian", value.guardian.hex()},
            {"subject", envelope_field(value.subject.envelope)},
            {"hold", value.hold},
            {"policy", value.policy.hex()}};
}

template <typename T>
Outcome take_motion(JsonObject& object, T& value) {
    value.case_id = TRY(take_case(object));
    value.guardian = TRY(take_guardian(object));
    value.subject = TRY(take_subject(object));
    value.hold = TRY(take_unsigned(object, "hold", 0, hold_max));
    value.policy = TRY(take_digest(object, "policy"));
    return {};
}

}  // namespace

std::string write_payload(PreVote const& pre_vote) {
    Json json = {{"case", pre_vote.case_id.text()},
                 {"guardian", pre_vote.guardian.hex()},
                 {"asks", pre_vote.asks},
                 {"nonce", to_hex(pre_vote.nonce)},
                 {"clock", write_time(pre_vote.clock)},
                 {"last_check_in", envelope_field(pre_vote.last_check_in)},
                 {"policy", pre_vote.policy.hex()}};
    auto const put = [&](char const* key, std::optional<Envelope> const& envelope) {
        if (envelope) json[key] = envelope_field(*envelope);
    };
    put("release_now", pre_vote.release_now);
    for (auto const& word : pre_vote.holds) json["holds"].push_back(envelope_field(word));
    if (pre_vote.certificate) json["certificate"] = write_certificate(*pre_vote.certificate);
    put("your_acknowledgement", pre_vote.your_acknowledgement);
    for (auto const& one : pre_vote.your_adoptions)
        json["your_adoptions"].push_back(envelope_field(one));
    return write_json(json);
}

Result<PreVote> PreVote::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "pre-vote"));
    PreVote pre_vote;
    pre_vote.case_id = TRY(take_case(object));
    pre_vote.guardian = TRY(take_guardian(object));
    pre_vote.asks = TRY(object.boolean("asks"));
    pre_vote.nonce = TRY(object.hex<16>("nonce"));
    pre_vote.clock = TRY(object.time("clock"));
    pre_vote.last_check_in = TRY(take_envelope(object, "last_check_in"));
    pre_vote.policy = TRY(take_digest(object, "policy"));
    if (object.has("certificate")) {
        auto const* certificate = TRY(object.any("certificate"));
        pre_vote.certificate = TRY(parse_certificate(*certificate));
    }
    pre_vote.release_now = TRY(take_optional_envelope(object, "release_now"));
    if (object.has("holds"))
        pre_vote.holds = TRY(take_envelopes(object, "holds", holds_max, hold_bytes_max));
    pre_vote.your_acknowledgement = TRY(take_optional_envelope(object, "your_acknowledgement"));
    if (object.has("your_adoptions"))
        pre_vote.your_adoptions =
            TRY(take_envelopes(object, "your_adoptions", adoptions_max, document_bytes_max));
    TRY(object.finish());
    return pre_vote;
}

std::string write_payload(VoteRequest const& request) {
    auto json = write_motion(request);
    json["nonce"] = to_hex(request.nonce);
    return write_json(json);
}

Result<VoteRequest> VoteRequest::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "vote-request"));
    VoteRequest request;
    TRY(take_motion(object, request));
    request.nonce = TRY(object.hex<16>("nonce"));
    TRY(object.finish());
    return request;
}

std::string write_payload(Vote const& vote) {
    auto json = write_motion(vote);
    json["nonce"] = to_hex(vote.nonce);
    json["time"] = write_time(vote.time);
    return write_json(json);
}

Result<Vote> Vote::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "vote"));
    Vote vote;
    TRY(take_motion(object, vote));
    vote.nonce = TRY(object.hex<16>("nonce"));
    vote.time = TRY(object.time("time"));
    TRY(object.finish());
    return vote;
}

std::string write_payload(Adoption const& adoption) {
    auto json = write_motion(adoption);
    json["time"] = write_time(adoption.time);
    return write_json(json);
}

Result<Adoption> Adoption::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "adoption"));
    Adoption adoption;
    TRY(take_motion(object, adoption));
    adoption.time = TRY(object.time("time"));
    TRY(object.finish());
    return adoption;
}

std::string write_payload(ReleasedShare const& share) {
    Json json = {{"case", share.case_id.text()},
                 {"guardian", share.guardian.hex()},
                 {"policy", share.policy.hex()},
                 {"stage", share.stage}};
    if (share.words) json["words"] = *share.words;
    if (!share.encrypted.empty()) {
        Json list = Json::array();
        for (auto const& one : share.encrypted) {
            list.push_back({{"recipient", one.recipient}, {"age", to_base64(one.age_file)}});
        }
        json["encrypted"] = list;
    }
    return write_json(json);
}

Result<ReleasedShare> ReleasedShare::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "released-share"));
    ReleasedShare share;
    share.case_id = TRY(take_case(object));
    share.guardian = TRY(take_guardian(object));
    share.policy = TRY(take_digest(object, "policy"));
    share.stage = TRY(take_unsigned(object, "stage", 0, 15));
    share.words = TRY(object.optional_text("words", words_max));
    if (object.has("encrypted")) {
        auto const* list = TRY(object.array("encrypted", 32));
        for (auto const& one : *list) {
            auto entry = TRY(JsonObject::of(one, "encrypted"));
            ReleasedShare::ForRecipient item;
            item.recipient = TRY(entry.text("recipient", 4096));
            item.age_file = TRY(entry.base64("age", 8192));
            TRY(entry.finish());
            share.encrypted.push_back(std::move(item));
        }
    }
    TRY(object.finish());
    if (share.words.has_value() == !share.encrypted.empty()) {
        return bad_input("a share is given either in words or encrypted").coded("share");
    }
    return share;
}

}  // namespace exhibit
