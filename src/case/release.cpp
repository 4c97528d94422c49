#include "case/release.hpp"

namespace exhibit {
namespace {

constexpr std::size_t documents_max = 1'000'000;
constexpr std::size_t earlier_max = 64;

Json write_envelopes(std::vector<Envelope> const& envelopes) {
    Json list = Json::array();
    for (auto const& envelope : envelopes) list.push_back(envelope_field(envelope));
    return list;
}

Result<std::vector<Envelope>> take_envelopes(JsonObject& object, char const* key) {
    auto const* list = TRY(object.array(key, documents_max));
    std::vector<Envelope> envelopes;
    for (auto const& one : *list) {
        if (!one.is_string()) return bad_input("is not an envelope").at(key).coded("json");
        auto bytes = TRY(from_base64(one.get_ref<std::string const&>()));
        auto envelope = TRY(parse_envelope(bytes, document_bytes_max));
        envelopes.push_back(std::move(envelope));
    }
    return envelopes;
}

Result<ReleaseBundle::Exhibit> parse_exhibit(Json const& json) {
    auto object = TRY(JsonObject::of(json, "exhibits"));
    ReleaseBundle::Exhibit exhibit;
    auto const number = TRY(take_unsigned(object, "number", 1, exhibit_number_max));
    exhibit.number = ExhibitNumber(number);
    auto const size = TRY(object.integer("size", 0, (std::int64_t{1} << 53) - 1));
    exhibit.size_bytes = static_cast<std::uint64_t>(size);
    exhibit.statement = TRY(object.optional_text("statement", document_bytes_max));
    TRY(object.finish());
    return exhibit;
}

}  // namespace

std::string write_release_record(Policy const& policy, DocumentDigest const& policy_digest,
                                 unsigned stage) {
    auto const& audience = policy.stage(stage);
    Json json = {{"type", "exhibit.release.v1"},
                 {"case", policy.case_id.text()},
                 {"policy", policy_digest.hex()},
                 {"stage", stage},
                 {"drill", policy.drill},
                 {"audience", audience.who == AudienceStage::Who::everyone ? "everyone" : "named"}};
    if (audience.who == AudienceStage::Who::named) json["recipients"] = audience.recipients;
    return write_json(json);
}

Result<ReleaseRecord> ReleaseRecord::parse(ByteView text) {
    auto json = TRY(parse_json(text));
    auto object = TRY(JsonObject::of(json, "release"));
    ReleaseRecord record;
    auto const type = TRY(object.text("type", 64));
    if (type != "exhibit.release.v1") return bad_input("is not a release record").coded("kind");
    record.case_id = TRY(take_case(object));
    record.policy = TRY(take_digest(object, "policy"));
    record.stage = TRY(take_unsigned(object, "stage", 0, 15));
    record.drill = TRY(object.boolean("drill"));
    auto const who = TRY(object.text("audience", 16));
    if (who == "named") {
        TRY(object.array("recipients", 32));
    } else if (who != "everyone") {
        return bad_input("an audience is named or everyone").at("audience").coded("audience");
    }
    TRY(object.finish());
    return record;
}

std::string write_release_bundle(ReleaseBundle const& bundle) {
    Json exhibits = Json::array();
    for (auto const& exhibit : bundle.exhibits) {
        Json one = {{"number", exhibit.number.get()}, {"size", exhibit.size_bytes}};
        if (exhibit.statement) one["statement"] = *exhibit.statement;
        exhibits.push_back(one);
    }
    Json custody = Json::array();
    for (auto const& record : bundle.custody) custody.push_back(write_custody_record(record));
    Json earlier = Json::array();
    for (auto const& one : bundle.earlier) earlier.push_back(write_certificate(one));
    Json json = {{"policy", envelope_field(bundle.policy)},
                 {"no_objections", write_envelopes(bundle.no_objections)},
                 {"earlier", earlier},
                 {"stage", bundle.stage},
                 {"subject", envelope_field(bundle.subject)},
                 {"votes", write_envelopes(bundle.votes)},
                 {"adoptions", write_envelopes(bundle.adoptions)},
                 {"shares", write_envelopes(bundle.shares)},
                 {"receipts", write_envelopes(bundle.receipts)},
                 {"vouched", bundle.vouched},
                 {"case_key", to_base64(bundle.case_key_age)},
                 {"exhibits", exhibits},
                 {"custody", custody}};
    if (!bundle.devices_lost.empty()) json["devices_lost"] = write_envelopes(bundle.devices_lost);
    return write_json(json);
}

Result<ReleaseBundle> parse_release_bundle(ByteView text) {
    auto json = TRY(parse_json(text, {.bytes_max = release_bundle_bytes_max, .depth_max = 12}));
    auto object = TRY(JsonObject::of(json, "release bundle"));
    ReleaseBundle bundle;
    bundle.policy = TRY(take_envelope(object, "policy"));
    bundle.no_objections = TRY(take_envelopes(object, "no_objections"));
    auto const* earlier = TRY(object.array("earlier", earlier_max));
    for (auto const& one : *earlier) {
        auto certificate = TRY(parse_certificate(one));
        bundle.earlier.push_back(std::move(certificate));
    }
    bundle.stage = TRY(take_unsigned(object, "stage", 0, 15));
    bundle.subject = TRY(take_envelope(object, "subject"));
    bundle.votes = TRY(take_envelopes(object, "votes"));
    bundle.adoptions = TRY(take_envelopes(object, "adoptions"));
    bundle.shares = TRY(take_envelopes(object, "shares"));
    bundle.receipts = TRY(take_envelopes(object, "receipts"));
    if (object.has("devices_lost"))
        bundle.devices_lost = TRY(take_envelopes(object, "devices_lost"));
    bundle.vouched = TRY(object.text("vouched", 16u << 20));
    bundle.case_key_age = TRY(object.base64("case_key", 16 * 1024));
    auto const* exhibits = TRY(object.array("exhibits", exhibit_number_max));
    for (auto const& one : *exhibits) {
        auto exhibit = TRY(parse_exhibit(one));
        bundle.exhibits.push_back(std::move(exhibit));
    }
    if (object.has("custody")) {
        auto const* custody = TRY(object.array("custody", 64));
        for (auto const& one : *custody) {
            auto record = TRY(read_custody_record(one));
            bundle.custody.push_back(std::move(record));
        }
    }
    TRY(object.finish());
    return bundle;
}

}  // namespace exhibit
