#include "guard/guardian/custody_events.hpp"

#include "crypto/hash.hpp"
#include "formats/ots/bitcoin.hpp"

namespace exhibit::guard {
namespace {

using Basis = CustodyEvent::Basis;
using Role = CustodyItem::Role;

CustodyEvent begin(CustodyKind kind, Stating const& by) {
    CustodyEvent event;
    event.event = kind;
    event.at = by.now;
    event.basis = Basis::guardian_clock;
    event.agent.role = CustodyEvent::Agent::Role::guardian;
    event.agent.key_id = by.guardian.bytes();
    event.tool = by.tool;
    return event;
}

CustodyEvent about_case(CustodyKind kind, Stating const& by, CaseId const& id) {
    auto event = begin(kind, by);
    event.case_id = id;
    return event;
}

CustodyEvent about_exhibit(CustodyKind kind, Stating const& by, CaseId const& id,
                           HeldExhibit const& exhibit) {
    auto event = about_case(kind, by, id);
    event.exhibit = exhibit.number;
    event.in = {CustodyItem::document(Role::statement, exhibit.statement_digest)};
    event.out = {CustodyItem::ciphertext(exhibit.root, exhibit.size_bytes)};
    return event;
}

CustodyItem digest_of(Role role, ByteView bytes) {
    return {role, sha256(bytes), std::nullopt, bytes.size()};
}

std::string stage_words(unsigned stage) {
    return "stage " + std::to_string(stage + 1) + " of the audience";
}

}  // namespace

CustodyEvent received_event(Stating const& by, CaseId const& id, HeldExhibit const& exhibit) {
    auto event = about_exhibit(CustodyKind::received, by, id, exhibit);
    event.at = exhibit.received;  // as the receipt says
    event.reason = exhibit.from_witness ? "uploaded with the case's access secret"
                                        : "copied from another guardian of the case";
    return event;
}

CustodyEvent policy_event(Stating const& by, CaseId const& id, DocumentDigest const& policy) {
    auto event = about_case(CustodyKind::policy_changed, by, id);
    event.out = {CustodyItem::document(Role::policy, policy)};
    event.authority = "signed with the witness's key";
    return event;
}

CustodyEvent voted_event(Stating const& by, CaseId const& id, Motion const& motion) {
    auto event = about_case(CustodyKind::voted, by, id);
    event.in = {CustodyItem::document(Role::check_in, motion.subject),
                CustodyItem::document(Role::policy, motion.policy)};
    event.reason = "its time has passed, or a release was asked for";
    event.authority = "policy " + motion.policy.hex();
    return event;
}

CustodyEvent released_event(Stating const& by, CaseId const& id, DocumentDigest const& policy,
                            unsigned stage) {
    auto event = about_case(CustodyKind::released, by, id);
    event.in = {CustodyItem::document(Role::policy, policy)};
    event.reason = "enough guardians have adopted the release";
    event.authority = "policy " + policy.hex();
    event.note = stage_words(stage);
    return event;
}

CustodyEvent exported_event(Stating const& by, CaseId const& id, DocumentDigest const& policy,
                            unsigned stage) {
    auto event = about_case(CustodyKind::exported, by, id);
    event.in = {CustodyItem::document(Role::policy, policy)};
    event.reason = "published by this guardian";
    event.authority = "policy " + policy.hex();
    event.note = stage_words(stage);
    return event;
}

CustodyEvent gap_event(Stating const& by, CaseId const& id, DocumentDigest const& policy,
                       WallTime from, WallTime until) {
    auto event = about_case(CustodyKind::gap, by, id);
    event.at = from;
    event.until = until;
    event.in = {CustodyItem::document(Role::policy, policy)};
    event.reason = "this guardian's disk went back in time; what it did since is not known";
    return event;
}

CustodyEvent timestamped_event(Stating const& by, std::string const& checkpoint, ByteView token,
                               std::string const& authority, WallTime stamped) {
    auto event = begin(CustodyKind::timestamped, by);
    event.at = stamped;
    event.basis = Basis::rfc3161;
    event.in = {digest_of(Role::checkpoint, as_bytes(checkpoint))};
    event.out = {digest_of(Role::time_proof, token)};
    event.note = "authority " + authority;
    return event;
}

CustodyEvent upgraded_event(Stating const& by, std::string const& checkpoint, ByteView proof,
                            KnownBlock const& block, WallTime mined) {
    auto event = begin(CustodyKind::timestamp_upgraded, by);
    auto const header = ots::BlockHeader::from(block.header);
    bool const bitcoin = header.ok() && !ots::is_too_easy(*header);
    event.at = mined;
    event.basis = bitcoin ? Basis::bitcoin : Basis::stated;
    event.in = {digest_of(Role::checkpoint, as_bytes(checkpoint)),
                digest_of(Role::block_header, block.header)};
    event.out = {digest_of(Role::time_proof, proof)};
    event.note = (bitcoin ? "Bitcoin block " : "block of a TEST chain, no proof: ") +
                 std::to_string(block.height);
    return event;
}

}  // namespace exhibit::guard
