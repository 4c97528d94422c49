#include "case/enrolment.hpp"

namespace exhibit {

std::string write_payload(GuardianCard const& card) {
    return write_json({{"key", to_base64(card.key.bytes())},
                       {"recipient", card.recipient},
                       {"name", card.name},
                       {"hosts", card.hosts},
                       {"time", write_time(card.time)},
                       {"nonce", to_hex(card.nonce)}});
}

Result<GuardianCard> GuardianCard::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "guardian-card"));
    GuardianCard card;
    card.key = TRY(take_public_key(object, "key"));
    card.recipient = TRY(object.text("recipient", 4096));
    card.name = TRY(object.text("name", 64));
    card.hosts = TRY(object.boolean("hosts"));
    card.time = TRY(object.time("time"));
    card.nonce = TRY(object.hex<16>("nonce"));
    TRY(object.finish());
    TRY(check_guardian_name(card.name));
    return card;
}

Directory::Entry const* Directory::find(GuardianId const& id) const {
    for (auto const& entry : entries) {
        if (entry.guardian == id) return &entry;
    }
    return nullptr;
}

std::string write_payload(Directory const& directory) {
    Json entries = Json::array();
    for (auto const& entry : directory.entries) {
        entries.push_back({{"guardian", entry.guardian.hex()},
                           {"name", entry.name},
                           {"address", entry.address.text()},
                           {"pin", to_hex(entry.pin)}});
    }
    return write_json(
        {{"case", directory.case_id.text()}, {"version", directory.version}, {"entries", entries}});
}

Result<Directory> Directory::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "directory"));
    Directory directory;
    directory.case_id = TRY(take_case(object));
    directory.version = TRY(take_unsigned(object, "version", 1, 1'000'000));
    auto const* entries = TRY(object.array("entries", 16));
    for (auto const& one : *entries) {
        auto fields = TRY(JsonObject::of(one, "entries"));
        Directory::Entry entry;
        entry.guardian = TRY(take_guardian(fields));
        entry.name = TRY(fields.text("name", 64));
        auto const address = TRY(fields.text("address", 300));
        entry.address = TRY(GuardianAddress::parse(address));
        entry.pin = TRY(fields.hex<32>("pin"));
        TRY(fields.finish());
        TRY(check_guardian_name(entry.name));
        directory.entries.push_back(std::move(entry));
    }
    TRY(object.finish());
    return directory;
}

std::string write_enrolment(Enrolment const& enrolment) {
    return write_json({{"token", to_hex(enrolment.token)},
                       {"policy", envelope_field(enrolment.policy)},
                       {"directory", envelope_field(enrolment.directory)},
                       {"check_in", envelope_field(enrolment.check_in)},
                       {"share", to_base64(enrolment.share_age)},
                       {"case_key", to_base64(enrolment.case_key_age)},
                       {"duress", to_base64(enrolment.duress.bytes())},
                       {"access", to_hex(enrolment.access)}});
}

Result<Enrolment> parse_enrolment(ByteView text) {
    auto json = TRY(parse_json(text));
    auto object = TRY(JsonObject::of(json, "enrolment"));
    Enrolment enrolment;
    enrolment.token = TRY(object.hex<16>("token"));
    enrolment.policy = TRY(take_envelope(object, "policy"));
    enrolment.directory = TRY(take_envelope(object, "directory"));
    enrolment.check_in = TRY(take_envelope(object, "check_in"));
    enrolment.share_age = TRY(object.base64("share", 16 * 1024));
    enrolment.case_key_age = TRY(object.base64("case_key", 16 * 1024));
    enrolment.duress = TRY(take_public_key(object, "duress"));
    enrolment.access = TRY(object.hex<32>("access"));
    TRY(object.finish());
    return enrolment;
}

std::string write_payload(PeerRequest const& request) {
    return write_json({{"case", request.case_id.text()},
                       {"guardian", request.guardian.hex()},
                       {"path", request.path},
                       {"time", write_time(request.time)}});
}

Result<PeerRequest> PeerRequest::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "peer-request"));
    PeerRequest request;
    request.case_id = TRY(take_case(object));
    request.guardian = TRY(take_guardian(object));
    request.path = TRY(object.text("path", 512));
    request.time = TRY(object.time("time"));
    TRY(object.finish());
    return request;
}

}  // namespace exhibit
