#include "case/receipt.hpp"

#include <algorithm>

#include "case/phase.hpp"

namespace exhibit {
namespace {

constexpr std::size_t held_max = 100'000;
constexpr std::int64_t size_max = (std::int64_t{1} << 53) - 1;

Result<ExhibitNumber> take_number(JsonObject& object) {
    auto value = TRY(take_unsigned(object, "number", 1, exhibit_number_max));
    return ExhibitNumber(value);
}

Result<std::uint64_t> take_size(JsonObject& object) {
    auto value = TRY(object.integer("size", 0, size_max));
    return static_cast<std::uint64_t>(value);
}

Result<CaseStatus::InForce> parse_in_force(JsonObject object) {
    CaseStatus::InForce in_force;
    in_force.policy = TRY(take_digest(object, "policy"));
    in_force.version = TRY(take_unsigned(object, "version", 1, policy_version_max));
    in_force.confirmed = TRY(object.boolean("confirmed"));
    TRY(object.finish());
    return in_force;
}

Result<CaseStatus::Change> parse_change(Json const& json) {
    auto entry = TRY(JsonObject::of(json, "changes"));
    CaseStatus::Change change;
    change.policy = TRY(take_digest(entry, "policy"));
    change.version = TRY(take_unsigned(entry, "version", 2, policy_version_max));
    change.cooled_off = TRY(entry.time("cooled_off"));
    TRY(entry.finish());
    return change;
}

}  // namespace

std::string write_payload(ShareReceipt const& receipt) {
    return write_json({{"case", receipt.case_id.text()},
                       {"guardian", receipt.guardian.hex()},
                       {"policy", receipt.policy.hex()},
                       {"share_digest", receipt.share_digest.hex()},
                       {"time", write_time(receipt.time)}});
}

Result<ShareReceipt> ShareReceipt::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "share-receipt"));
    ShareReceipt receipt;
    receipt.case_id = TRY(take_case(object));
    receipt.guardian = TRY(take_guardian(object));
    receipt.policy = TRY(take_digest(object, "policy"));
    receipt.share_digest = TRY(take_digest(object, "share_digest"));
    receipt.time = TRY(object.time("time"));
    TRY(object.finish());
    return receipt;
}

std::string write_payload(Acknowledgement const& acknowledgement) {
    return write_json({{"case", acknowledgement.case_id.text()},
                       {"guardian", acknowledgement.guardian.hex()},
                       {"check_in", acknowledgement.check_in.hex()},
                       {"deadline", write_time(acknowledgement.deadline)},
                       {"time", write_time(acknowledgement.time)}});
}

Result<Acknowledgement> Acknowledgement::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "acknowledgement"));
    Acknowledgement acknowledgement;
    acknowledgement.case_id = TRY(take_case(object));
    acknowledgement.guardian = TRY(take_guardian(object));
    acknowledgement.check_in = TRY(take_digest(object, "check_in"));
    acknowledgement.deadline = TRY(object.time("deadline"));
    acknowledgement.time = TRY(object.time("time"));
    TRY(object.finish());
    return acknowledgement;
}

std::string write_payload(ExhibitReceipt const& receipt) {
    return write_json({{"case", receipt.case_id.text()},
                       {"guardian", receipt.guardian.hex()},
                       {"number", receipt.number.get()},
                       {"root", receipt.root.hex()},
                       {"size", receipt.size_bytes},
                       {"statement", receipt.statement.hex()},
                       {"time", write_time(receipt.time)}});
}

Result<ExhibitReceipt> ExhibitReceipt::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "receipt"));
    ExhibitReceipt receipt;
    receipt.case_id = TRY(take_case(object));
    receipt.guardian = TRY(take_guardian(object));
    receipt.number = TRY(take_number(object));
    auto root = TRY(object.hex<32>("root"));
    receipt.root = CipherRoot(root);
    receipt.size_bytes = TRY(take_size(object));
    receipt.statement = TRY(take_digest(object, "statement"));
    receipt.time = TRY(object.time("time"));
    TRY(object.finish());
    return receipt;
}

std::string write_payload(CaseStatus const& status) {
    Json held = Json::array(), seen = Json::array();
    for (auto const& one : status.held) {
        held.push_back({{"number", one.number.get()},
                        {"size", one.size_bytes},
                        {"complete", one.complete},
                        {"statement", one.statement.hex()}});
    }
    for (auto const& one : status.seen) {
        seen.push_back(
            {{"guardian", one.guardian.hex()}, {"last_heard", write_time(one.last_heard)}});
    }
    Json changes = Json::array(), leaving = Json::array();
    for (auto const& one : status.changes) {
        changes.push_back({{"policy", one.policy.hex()},
                           {"version", one.version},
                           {"cooled_off", write_time(one.cooled_off)}});
    }
    for (auto const& one : status.leaving)
        leaving.push_back({{"guardian", one.guardian.hex()}, {"leaves", write_time(one.leaves)}});
    return write_json({{"case", status.case_id.text()},
                       {"guardian", status.guardian.hex()},
                       {"nonce", to_hex(status.nonce)},
                       {"time", write_time(status.time)},
                       {"check_in", status.check_in.hex()},
                       {"claimed", write_time(status.claimed)},
                       {"deadline", write_time(status.deadline)},
                       {"release_from", write_time(status.release_from)},
                       {"phase", status.phase},
                       {"clock_off_ms", status.clock_off_ms},
                       {"held", held},
                       {"seen", seen},
                       {"hold", status.hold},
                       {"in_force",
                        {{"policy", status.in_force.policy.hex()},
                         {"version", status.in_force.version},
                         {"confirmed", status.in_force.confirmed}}},
                       {"changes", changes},
                       {"leaving", leaving}});
}

Result<CaseStatus> CaseStatus::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload, {.bytes_max = 64u << 20, .depth_max = 8}));
    auto object = TRY(JsonObject::of(json, "status"));
    CaseStatus status;
    status.case_id = TRY(take_case(object));
    status.guardian = TRY(take_guardian(object));
    status.nonce = TRY(object.hex<16>("nonce"));
    status.time = TRY(object.time("time"));
    status.check_in = TRY(take_digest(object, "check_in"));
    status.claimed = TRY(object.time("claimed"));
    status.deadline = TRY(object.time("deadline"));
    status.release_from = TRY(object.time("release_from"));
    status.phase = TRY(object.text("phase", 32));
    if (std::ranges::find(case_phases, status.phase) == std::end(case_phases))
        return bad_input("is not a phase of a case").at("phase").coded("phase");
    status.clock_off_ms = TRY(object.integer("clock_off_ms", -size_max, size_max));
    auto const* held = TRY(object.array("held", held_max));
    for (auto const& one : *held) {
        auto entry = TRY(JsonObject::of(one, "held"));
        CaseStatus::Held item;
        item.number = TRY(take_number(entry));
        item.size_bytes = TRY(take_size(entry));
        item.complete = TRY(entry.boolean("complete"));
        item.statement = TRY(take_digest(entry, "statement"));
        TRY(entry.finish());
        status.held.push_back(item);
    }
    auto const* seen = TRY(object.array("seen", 16));
    for (auto const& one : *seen) {
        auto entry = TRY(JsonObject::of(one, "seen"));
        CaseStatus::Seen item;
        item.guardian = TRY(take_guardian(entry));
        item.last_heard = TRY(entry.time("last_heard"));
        TRY(entry.finish());
        status.seen.push_back(item);
    }
    status.hold = TRY(take_unsigned(object, "hold", 0, spoken_codes_max));
    auto in_force = TRY(object.object("in_force"));
    status.in_force = TRY(parse_in_force(std::move(in_force)));
    auto const* changes = TRY(object.array("changes", 16));
    for (auto const& one : *changes) {
        auto change = TRY(parse_change(one));
        status.changes.push_back(change);
    }
    auto const* leaving = TRY(object.array("leaving", 16));
    for (auto const& one : *leaving) {
        auto entry = TRY(JsonObject::of(one, "leaving"));
        CaseStatus::Leaving item;
        item.guardian = TRY(take_guardian(entry));
        item.leaves = TRY(entry.time("leaves"));
        TRY(entry.finish());
        status.leaving.push_back(item);
    }
    TRY(object.finish());
    return status;
}

}  // namespace exhibit
