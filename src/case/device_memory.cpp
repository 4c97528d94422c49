#include "case/device_memory.hpp"

#include <algorithm>

namespace exhibit {
namespace {

constexpr std::size_t checkpoint_text_max = 16 * 1024;
constexpr std::size_t upload_url_max = 1024;

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

Result<std::vector<CustodyRecord::Event>> take_logged_list(JsonObject& object) {
    std::vector<CustodyRecord::Event> logged;
    if (!object.has("logged")) return logged;
    auto const* list = TRY(object.array("logged", 64));
    for (auto const& one : *list) {
        auto entry = TRY(JsonObject::of(one, "logged"));
        CustodyRecord::Event event;
        event.event = TRY(take_envelope(entry, "event"));
        event.proof = TRY(entry.text("proof", proof_text_max));
        TRY(entry.finish());
        logged.push_back(std::move(event));
    }
    return logged;
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

Json write_stages(std::vector<AudienceStage> const& audience) {
    Json stages = Json::array();
    for (auto const& stage : audience) {
        stages.push_back({{"everyone", stage.who == AudienceStage::Who::everyone},
                          {"after_ms", stage.after.count_ms()},
                          {"recipients", stage.recipients}});
    }
    return stages;
}

Result<std::vector<AudienceStage>> take_stages(JsonObject& object) {
    auto const* list = TRY(object.array("audience", 8));
    std::vector<AudienceStage> stages;
    for (auto const& one : *list) {
        auto stage = TRY(parse_stage(one));
        stages.push_back(std::move(stage));
    }
    return stages;
}

Result<CaseInfo::Change> parse_change(Json const& json) {
    auto object = TRY(JsonObject::of(json, "changes"));
    CaseInfo::Change change;
    change.policy = TRY(take_digest(object, "policy"));
    change.version = TRY(take_unsigned(object, "version", 2, policy_version_max));
    change.cancels = TRY(object.boolean("cancels"));
    change.audience = TRY(take_stages(object));
    TRY(object.finish());
    return change;
}

Result<std::vector<Digest256>> take_codes(JsonObject& object) {
    auto const* list = TRY(object.array("spoken", spoken_codes_max));
    std::vector<Digest256> codes;
    for (auto const& one : *list) {
        if (!one.is_string()) return bad_input("is no commitment").at("spoken").coded("json");
        auto bytes = TRY(from_hex(one.get_ref<std::string const&>()));
        auto code = TRY(exactly<32>(bytes));
        codes.push_back(code);
    }
    return codes;
}

}  // namespace

KnownGuardian const* CaseInfo::find(GuardianId const& id) const {
    for (auto const& guardian : guardians) {
        if (guardian.id() == id) return &guardian;
    }
    return nullptr;
}

std::string write_case_info(CaseInfo const& info) {
    Json guardians = Json::array(), changes = Json::array(), codes = Json::array();
    for (auto const& guardian : info.guardians) {
        guardians.push_back({{"key", to_base64(guardian.key.bytes())},
                             {"name", guardian.name},
                             {"address", guardian.address.text()},
                             {"pin", to_hex(guardian.pin)},
                             {"access", to_hex(guardian.access)}});
    }
    for (auto const& one : info.changes) {
        changes.push_back({{"policy", one.policy.hex()},
                           {"version", one.version},
                           {"cancels", one.cancels},
                           {"audience", write_stages(one.audience)}});
    }
    for (auto const& code : info.spoken) codes.push_back(to_hex(code));
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
                       {"audience", write_stages(info.audience)},
                       {"changes", changes},
                       {"spoken", codes},
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
    info.audience = TRY(take_stages(object));
    auto const* changes = TRY(object.array("changes", 64));
    for (auto const& one : *changes) {
        auto change = TRY(parse_change(one));
        info.changes.push_back(std::move(change));
    }
    info.spoken = TRY(take_codes(object));
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
    Json logged = Json::array();
    for (auto const& one : record.logged)
        logged.push_back({{"event", envelope_field(one.event)}, {"proof", one.proof}});
    if (!logged.empty()) json["logged"] = logged;
    if (record.uploaded) json["uploaded"] = true;
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
    // Only a place to go on at: what is too long to be one must not make the exhibit unreadable.
    record.upload_url = TRY(object.text("upload_url", 64 * 1024));
    if (record.upload_url.size() > upload_url_max) record.upload_url.clear();
    if (object.has("statement")) record.statement = TRY(take_digest(object, "statement"));
    if (object.has("uploaded")) record.uploaded = TRY(object.boolean("uploaded"));
    record.receipts = TRY(take_envelope_list(object, "receipts"));
    record.logged = TRY(take_logged_list(object));
    TRY(object.finish());
    return record;
}

std::string write_log_memory(LogMemory const& memory) {
    return write_json({{"cards", envelope_list(memory.cards)},
                       {"checkpoint", memory.checkpoint},
                       {"not_before", write_time(memory.not_before)}});
}

Result<LogMemory> parse_log_memory(ByteView text) {
    auto const json = TRY(parse_json(text));
    auto object = TRY(JsonObject::of(json, "logs.json"));
    LogMemory memory;
    memory.cards = TRY(take_envelope_list(object, "cards"));
    memory.checkpoint = TRY(object.text("checkpoint", checkpoint_text_max));
    memory.not_before = TRY(object.time("not_before"));
    TRY(object.finish());
    return memory;
}

LogCards cards_in(LogMemory const& memory, Policy const& terms) {
    LogCards cards;
    for (auto const& card : memory.cards) (void)take_log_card(cards, card, terms);
    return cards;
}

namespace {

// A log is begun anew when its disk was lost; a malicious guardian would do so without end.
constexpr std::ptrdiff_t log_cards_per_guardian = 16;
constexpr std::size_t logged_event_bytes_max = 16 * 1024;

std::ptrdiff_t log_cards_of(LogCards const& cards, GuardianId const& guardian) {
    return std::ranges::count_if(cards,
                                 [&](auto const& one) { return one.second->guardian == guardian; });
}

}  // namespace

bool learn_from(LogMemory& memory, CustodyRecord const& record, Policy const& terms) {
    auto cards = cards_in(memory, terms);
    auto const known = cards.size();
    for (auto const& envelope : record.cards) {
        auto const before = cards.size();
        auto const card = peek<LogCard>(envelope);
        if (!card.ok() || log_cards_of(cards, card->guardian) >= log_cards_per_guardian) continue;
        (void)take_log_card(cards, envelope, terms);
        if (cards.size() == before) continue;
        // Without what strangers hang on it.
        for (auto const& [name, taken] : cards) {
            if (taken->guardian == card->guardian && taken->generation == card->generation)
                memory.cards.push_back(taken.envelope());
        }
    }
    bool learnt = cards.size() > known;
    for (auto const& event : record.events) {
        auto const proof = tlog::parse_proof(event.proof);
        if (!proof.ok()) continue;
        if (learn_checkpoint(memory, tlog::write_note(proof->checkpoint), terms)) learnt = true;
    }
    return learnt;
}

bool learn_checkpoint(LogMemory& memory, std::string_view text, Policy const& terms) {
    if (text.size() > checkpoint_text_max) return false;
    auto note = tlog::parse_note(text);
    if (!note.ok()) return false;
    auto const cards = cards_in(memory, terms);
    // It will stand in what is sealed: what strangers hang on it does not belong there.
    std::erase_if(note->signatures, [&](tlog::NoteSignature const& one) {
        return std::ranges::none_of(cards, [&](auto const& card) {
            auto const& known = card.second.value();
            return (one.name == known.log.name && one.key_id == known.log.id) ||
                   (one.name == known.cosigner.name && one.key_id == known.cosigner.id);
        });
    });
    auto const judged = judge_not_before(*note, cards, terms);
    if (!judged.ok() || judged->time <= memory.not_before) return false;
    memory.checkpoint = tlog::write_note(*note);
    memory.not_before = judged->time;
    return true;
}

std::vector<GuardianId> logged_by(ExhibitRecord const& record) {
    std::vector<GuardianId> out;
    for (auto const& one : record.logged) {
        auto const event = peek<CustodyEvent>(one.event);
        if (event.ok()) out.push_back(GuardianId(event->agent.key_id));
    }
    return out;
}

bool take_logged(ExhibitRecord& record, CustodyRecord const& shown, LogCards const& cards,
                 Policy const& terms) {
    auto const known = logged_by(record);
    auto const* guardian = terms.find(shown.guardian);
    if (!record.statement || guardian == nullptr ||
        std::ranges::find(known, shown.guardian) != known.end())
        return false;
    auto const statement = CustodyItem::document(CustodyItem::Role::statement, *record.statement);
    auto const ciphertext = CustodyItem::ciphertext(record.root, record.size_bytes);
    for (auto const& one : shown.events) {
        auto const event = Signed<CustodyEvent>::open(one.event, guardian->key);
        if (!event.ok() || (*event)->event != CustodyKind::received ||
            (*event)->case_id != terms.case_id || (*event)->exhibit != record.number ||
            (*event)->agent.key_id != shown.guardian.bytes() ||
            std::ranges::find((*event)->in, statement) == (*event)->in.end() ||
            std::ranges::find((*event)->out, ciphertext) == (*event)->out.end())
            continue;
        if (event->envelope().payload.size() > logged_event_bytes_max) continue;
        auto const proof = tlog::parse_proof(one.proof);
        if (!proof.ok() || !judge_event_proof(one.event, *proof, cards, terms).ok()) continue;
        record.logged.push_back({event->envelope(), one.proof});
        return true;
    }
    return false;
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
