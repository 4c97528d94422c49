#include "case/device_memory.hpp"

namespace exhibit {
namespace {

Json envelope_list(std::vector<Envelope> const& envelopes) {
    Json list = Json::array();
    for (auto const& envelope : envelopes) list.push_back(envelope_field(envelope));
    return list;
}

Result<std::vector<Envelope>> take_envelope_list(JsonObject& object, char const* key) {
    auto const* list = TRY(object.array(key, 256));
    std::vector<Envelope> envelopes;
    for (auto const& one : *list) {
        if (!one.is_string()) return bad_input("is not an envelope").at(key).coded("json");
        auto bytes = TRY(from_base64(one.get_ref<std::string const&>()));
        auto envelope = TRY(parse_envelope(bytes, document_bytes_max));
        envelopes.push_back(std::move(envelope));
    }
    return envelopes;
}

Result<KnownGuardian> parse_guardian(Json const& json) {
    auto object = TRY(JsonObject::of(json, "guardians"));
    KnownGuardian guardian;
    guardian.key = TRY(take_public_key(object, "key"));
    guardian.name = TRY(object.text("name", 64));
    auto const address = TRY(object.text("address", 300));
    guardian.address = TRY(GuardianAddress::parse(address));
    guardian.pin = TRY(object.hex<32>("pin"));
    guardian.access = TRY(object.hex<32>("access"));
    TRY(object.finish());
    return guardian;
}

Result<AudienceStage> parse_stage(Json const& json) {
    auto object = TRY(JsonObject::of(json, "audience"));
    AudienceStage stage;
    auto const everyone = TRY(object.boolean("everyone"));
    stage.who = everyone ? AudienceStage::Who::everyone : AudienceStage::Who::named;
    stage.after = TRY(take_duration(object, "after_ms"));
    auto const* recipients = TRY(object.array("recipients", 32));
    for (auto const& one : *recipients) {
        if (!one.is_string())
            return bad_input("a recipient is not a text").at("audience").coded("json");
        stage.recipients.push_back(one.get<std::string>());
    }
    TRY(object.finish());
    return stage;
}

}  // namespace

KnownGuardian const* CaseInfo::find(GuardianId const& id) const {
    for (auto const& guardian : guardians) {
        if (guardian.id() == id) return &guardian;
    }
    return nullptr;
}

std::string write_case_info(CaseInfo const& info) {
    Json guardians = Json::array(), stages = Json::array();
    for (auto const& guardian : info.guardians) {
        guardians.push_back({{"key", to_base64(guardian.key.bytes())},
                             {"name", guardian.name},
                             {"address", guardian.address.text()},
                             {"pin", to_hex(guardian.pin)},
                             {"access", to_hex(guardian.access)}});
    }
    for (auto const& stage : info.audience) {
        stages.push_back({{"everyone", stage.who == AudienceStage::Who::everyone},
                          {"after_ms", stage.after.count_ms()},
                          {"recipients", stage.recipients}});
    }
    return write_json({{"type", "exhibit.case.v1"},
                       {"case", info.case_id.text()},
                       {"drill", info.drill},
                       {"recipient", info.recipient},
                       {"policy", info.policy.hex()},
                       {"n", info.quorum.n},
                       {"k", info.quorum.k},
                       {"q", info.quorum.q},
                       {"f", info.quorum.f},
                       {"interval_ms", info.interval.count_ms()},
                       {"grace_ms", info.grace.count_ms()},
                       {"audience", stages},
                       {"guardians", guardians}}) +
           "\n";
}

Result<CaseInfo> parse_case_info(ByteView text) {
    if (!text.empty() && text.back() == '\n') text = text.first(text.size() - 1);
    auto json = TRY(parse_json(text));
    auto object = TRY(JsonObject::of(json, "case.json"));
    CaseInfo info;
    auto const type = TRY(object.text("type", 64));
    if (type != "exhibit.case.v1")
        return bad_input("is not a case of this version").at("case.json").coded("version");
    info.case_id = TRY(take_case(object));
    info.drill = TRY(object.boolean("drill"));
    info.recipient = TRY(object.text("recipient", 4096));
    info.policy = TRY(take_digest(object, "policy"));
    info.quorum.n = TRY(take_unsigned(object, "n", 1, 16));
    info.quorum.k = TRY(take_unsigned(object, "k", 1, 16));
    info.quorum.q = TRY(take_unsigned(object, "q", 1, 16));
    info.quorum.f = TRY(take_unsigned(object, "f", 0, 16));
    info.interval = TRY(take_duration(object, "interval_ms"));
    info.grace = TRY(take_duration(object, "grace_ms"));
    auto const* stages = TRY(object.array("audience", 4));
    for (auto const& one : *stages) {
        auto stage = TRY(parse_stage(one));
        info.audience.push_back(std::move(stage));
    }
    auto const* guardians = TRY(object.array("guardians", 16));
    for (auto const& one : *guardians) {
        auto guardian = TRY(parse_guardian(one));
        info.guardians.push_back(std::move(guardian));
    }
    TRY(object.finish());
    return info;
}

std::string write_check_in_memory(CheckInMemory const& memory) {
    return write_json({{"check_in", memory.check_in.hex()},
                       {"claimed", write_time(memory.claimed)},
                       {"interval_ms", memory.interval.count_ms()},
                       {"grace_ms", memory.grace.count_ms()},
                       {"safe_until", write_time(memory.safe_until)},
                       {"acknowledgements", envelope_list(memory.acknowledgements)},
                       {"clocks", envelope_list(memory.clocks)}});
}

Result<CheckInMemory> parse_check_in_memory(ByteView text) {
    auto json = TRY(parse_json(text));
    auto object = TRY(JsonObject::of(json, "last-check-in.json"));
    CheckInMemory memory;
    memory.check_in = TRY(take_digest(object, "check_in"));
    memory.claimed = TRY(object.time("claimed"));
    memory.interval = TRY(take_duration(object, "interval_ms"));
    memory.grace = TRY(take_duration(object, "grace_ms"));
    memory.safe_until = TRY(object.time("safe_until"));
    memory.acknowledgements = TRY(take_envelope_list(object, "acknowledgements"));
    memory.clocks = TRY(take_envelope_list(object, "clocks"));
    TRY(object.finish());
    return memory;
}

std::string write_exhibit_record(ExhibitRecord const& record) {
    Json json = {{"number", record.number.get()},
                 {"root", record.root.hex()},
                 {"size", record.size_bytes},
                 {"upload_url", record.upload_url},
                 {"receipts", envelope_list(record.receipts)}};
    if (record.statement) json["statement"] = record.statement->hex();
    return write_json(json);
}

Result<ExhibitRecord> parse_exhibit_record(ByteView text) {
    auto json = TRY(parse_json(text));
    auto object = TRY(JsonObject::of(json, "exhibit record"));
    ExhibitRecord record;
    auto const number = TRY(take_unsigned(object, "number", 1, exhibit_number_max));
    record.number = ExhibitNumber(number);
    auto const root = TRY(object.hex<32>("root"));
    record.root = CipherRoot(root);
    auto const size = TRY(object.integer("size", 0, (std::int64_t{1} << 53) - 1));
    record.size_bytes = static_cast<std::uint64_t>(size);
    record.upload_url = TRY(object.text("upload_url", 1024));
    if (object.has("statement")) record.statement = TRY(take_digest(object, "statement"));
    record.receipts = TRY(take_envelope_list(object, "receipts"));
    TRY(object.finish());
    return record;
}

Policy terms_of(CaseInfo const& info) {
    Policy terms;
    terms.case_id = info.case_id;
    terms.drill = info.drill;
    terms.case_recipient = info.recipient;
    terms.quorum = info.quorum;
    terms.audience = info.audience;
    for (auto const& guardian : info.guardians)
        terms.guardians.push_back({guardian.key, {}, {}, false});
    return terms;
}

}  // namespace exhibit
