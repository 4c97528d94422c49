#include "case/device_lost.hpp"

namespace exhibit {
namespace {

constexpr std::size_t guardians_max = 16;
constexpr std::size_t revocation_bytes_max = 16 * 1024;

}  // namespace

std::string write_payload(Revocation const& revocation) {
    return write_json({{"case", revocation.case_id.text()},
                       {"device", to_base64(revocation.device.bytes())},
                       {"from", write_time(revocation.from)},
                       {"claimed", write_time(revocation.claimed)}});
}

Result<Revocation> Revocation::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "revocation"));
    Revocation revocation;
    revocation.case_id = TRY(take_case(object));
    revocation.device = TRY(take_public_key(object, "device"));
    revocation.from = TRY(object.time("from"));
    revocation.claimed = TRY(object.time("claimed"));
    TRY(object.finish());
    return revocation;
}

DeviceLost::Access const* DeviceLost::find(GuardianId const& id) const {
    for (auto const& one : access) {
        if (one.guardian == id) return &one;
    }
    return nullptr;
}

std::string write_payload(DeviceLost const& lost) {
    Json access = Json::array();
    for (auto const& one : lost.access)
        access.push_back({{"guardian", one.guardian.hex()}, {"hash", to_hex(one.hash)}});
    return write_json({{"case", lost.case_id.text()},
                       {"claimed", write_time(lost.claimed)},
                       {"access", access},
                       {"revocation", to_base64(lost.revocation_age)}});
}

Result<DeviceLost> DeviceLost::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "device-lost"));
    DeviceLost lost;
    lost.case_id = TRY(take_case(object));
    lost.claimed = TRY(object.time("claimed"));
    auto const* access = TRY(object.array("access", guardians_max));
    for (auto const& one : *access) {
        auto fields = TRY(JsonObject::of(one, "access"));
        Access entry;
        entry.guardian = TRY(take_guardian(fields));
        entry.hash = TRY(fields.hex<32>("hash"));
        TRY(fields.finish());
        if (lost.find(entry.guardian) != nullptr)
            return bad_input("a guardian is named twice").at("access").coded("device-lost");
        lost.access.push_back(entry);
    }
    lost.revocation_age = TRY(object.base64("revocation", revocation_bytes_max));
    TRY(object.finish());
    return lost;
}

std::string write_pending_loss(PendingLoss const& pending) {
    Json access = Json::array();
    for (auto const& one : pending.access)
        access.push_back({{"guardian", one.guardian.hex()}, {"secret", to_hex(one.secret)}});
    return write_json({{"document", envelope_field(pending.document)},
                       {"access", access},
                       {"from", write_time(pending.from)},
                       {"device_key", pending.device_key_pem},
                       {"certificate", to_base64(pending.certificate_age)}});
}

Result<PendingLoss> parse_pending_loss(ByteView text) {
    auto json = TRY(parse_json(text));
    auto object = TRY(JsonObject::of(json, "device-lost.json"));
    PendingLoss pending;
    pending.document = TRY(take_envelope(object, "document"));
    auto const* access = TRY(object.array("access", guardians_max));
    for (auto const& one : *access) {
        auto fields = TRY(JsonObject::of(one, "access"));
        PendingLoss::Access entry;
        entry.guardian = TRY(take_guardian(fields));
        entry.secret = TRY(fields.hex<32>("secret"));
        TRY(fields.finish());
        pending.access.push_back(entry);
    }
    pending.from = TRY(object.time("from"));
    pending.device_key_pem = TRY(object.text("device_key", revocation_bytes_max));
    pending.certificate_age = TRY(object.base64("certificate", revocation_bytes_max));
    TRY(object.finish());
    return pending;
}

}  // namespace exhibit
