#include "case/policy_change.hpp"

#include <algorithm>

namespace exhibit {
namespace {

constexpr std::size_t no_objections_max = 16;
constexpr std::size_t no_objection_bytes_max = 2048;

Outcome stays(bool same, char const* what) {
    if (same) return {};
    return bad_input("a change of the policy may not touch this")
        .at(what)
        .coded("change")
        .hint("other guardians, keys or numbers are a new epoch: exhibit rekey");
}

bool same_guardians(std::vector<PolicyGuardian> const& a, std::vector<PolicyGuardian> const& b) {
    return std::ranges::equal(a, b, [](PolicyGuardian const& one, PolicyGuardian const& other) {
        return one.key == other.key && one.recipient == other.recipient &&
               one.share_digest == other.share_digest && one.hosts == other.hosts;
    });
}

}  // namespace

std::string write_payload(NoObjection const& word) {
    return write_json({{"case", word.case_id.text()},
                       {"guardian", word.guardian.hex()},
                       {"version", word.version},
                       {"policy", word.policy.hex()},
                       {"time", write_time(word.time)}});
}

Result<NoObjection> NoObjection::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "no-objection"));
    NoObjection word;
    word.case_id = TRY(take_case(object));
    word.guardian = TRY(take_guardian(object));
    word.version = TRY(take_unsigned(object, "version", 2, policy_version_max));
    word.policy = TRY(take_digest(object, "policy"));
    word.time = TRY(object.time("time"));
    TRY(object.finish());
    return word;
}

Json write_certificate(PolicyCertificate const& certificate) {
    Json words = Json::array();
    for (auto const& word : certificate.no_objections) words.push_back(envelope_field(word));
    return {{"policy", envelope_field(certificate.policy)}, {"no_objections", words}};
}

Result<PolicyCertificate> parse_certificate(Json const& json) {
    auto object = TRY(JsonObject::of(json, "certificate"));
    PolicyCertificate certificate;
    certificate.policy = TRY(take_envelope(object, "policy"));
    auto const* words = TRY(object.array("no_objections", no_objections_max));
    for (auto const& one : *words) {
        if (!one.is_string())
            return bad_input("is not an envelope").at("no_objections").coded("json");
        auto bytes = TRY(from_base64(one.get_ref<std::string const&>()));
        auto envelope = TRY(parse_envelope(bytes, no_objection_bytes_max));
        certificate.no_objections.push_back(std::move(envelope));
    }
    TRY(object.finish());
    return certificate;
}

std::string write_payload(PolicyWord const& word) {
    return write_json({{"case", word.case_id.text()},
                       {"guardian", word.guardian.hex()},
                       {"certificate", write_certificate(word.certificate)}});
}

Result<PolicyWord> PolicyWord::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "policy-word"));
    PolicyWord word;
    word.case_id = TRY(take_case(object));
    word.guardian = TRY(take_guardian(object));
    auto const* certificate = TRY(object.any("certificate"));
    word.certificate = TRY(parse_certificate(*certificate));
    TRY(object.finish());
    return word;
}

std::string write_payload(PolicyReceipt const& receipt) {
    return write_json({{"case", receipt.case_id.text()},
                       {"guardian", receipt.guardian.hex()},
                       {"policy", receipt.policy.hex()},
                       {"in_force", receipt.in_force},
                       {"cooled_off", write_time(receipt.cooled_off)},
                       {"time", write_time(receipt.time)}});
}

Result<PolicyReceipt> PolicyReceipt::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "policy-receipt"));
    PolicyReceipt receipt;
    receipt.case_id = TRY(take_case(object));
    receipt.guardian = TRY(take_guardian(object));
    receipt.policy = TRY(take_digest(object, "policy"));
    receipt.in_force = TRY(object.boolean("in_force"));
    receipt.cooled_off = TRY(object.time("cooled_off"));
    receipt.time = TRY(object.time("time"));
    TRY(object.finish());
    return receipt;
}

Outcome check_successor(Policy const& before, DocumentDigest const& before_digest,
                        Policy const& next) {
    if (next.version <= before.version || next.predecessor != before_digest) {
        return bad_input("does not follow the policy in force").at("predecessor").coded("version");
    }
    TRY(stays(next.case_id == before.case_id, "case"));
    TRY(stays(next.protocol == before.protocol, "protocol"));
    TRY(stays(next.drill == before.drill, "drill"));
    TRY(stays(next.case_recipient == before.case_recipient, "case_recipient"));
    TRY(stays(next.quorum == before.quorum, "quorum"));
    TRY(stays(same_guardians(next.guardians, before.guardians), "guardians"));
    TRY(stays(next.paper_shares == before.paper_shares, "paper_shares"));
    // Else a coerced change could shorten the time in which the next one can be stopped.
    TRY(stays(next.floors.cool_off == before.floors.cool_off, "floors.cool_off"));
    return {};
}

}  // namespace exhibit
