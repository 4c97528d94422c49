// The guardian's HTTP interface, in one place for both of its ends. HTTPS with a pinned
// certificate.
//
//   POST /v1/card                    {"token","nonce","case"} → Answer with a GuardianCard and a
//                                                      ClockReading for the case that is to be
//   POST /v1/cases                   enrolment       → 201 envelope ShareReceipt; the same again
//                                                      for the same token and policy (retries)
//   POST /v1/cases/ID/messages       one envelope    → Answer (below): check-ins, release-now, and
//                                                      all that guardians say to each other
//   POST /v1/cases/ID/clock          {"nonce"} [w]   → envelope ClockReading
//   POST /v1/cases/ID/status         {"nonce"} [w]   → envelope CaseStatus
//   GET  /v1/cases/ID/terms                    [w]   → the policy in force, without witness
//   PUT  /v1/cases/ID/vouched/DIGEST text      [w,g] → 204
//   GET  /v1/cases/ID/vouched/DIGEST           [w,g] → text
//   POST …/uploads, HEAD PATCH DELETE  tus 1.0.0 [w]   metadata: number 0001
//   PUT  …/exhibits/0001/statement   SD-JWT    [w]   → envelope ExhibitReceipt; 409 until the
//                                                      upload is whole; 422: its root is another
//   GET  …/exhibits/0001.age, …/0001.sd-jwt  [w,g,r]   Range
//   GET  /v1/cases/ID/receipts                 [w]   → {"receipts": […]}: this guardian's and
//                                                      those that others passed to it
//   GET  /v1/cases/ID/release                  [r]   → ReleaseBundle
//   PUT  /v1/cases/ID/contacts       envelope Contacts [w] → 204; 409 when a newer version is here
//   GET  /v1/cases/ID/contacts                 [w]   → {"version", "people": how many}
//                                              [g]   → envelope Contacts
//   POST /v1/cases/ID/travel         envelope TravelNote [w] → 204
//   PUT  /v1/cases/ID/travel/NAME    age file  [w]   → 204, once it is announced; 64 hex digits
//   GET  /v1/left/NAME               anybody who knows the name; else 404, whatever the name
//   GET  /published/ID/…                       [r]   → the release folder, if this guardian hosts
//   GET  /v1/cases/ID/custody, …/custody/0001 [w,g,r] → CustodyRecord: events, their proofs, stamps
//   GET  /v1/cases/ID/log/checkpoint, …/log/tile/…  [w,g,r]  this guardian's log (tlog-tiles)
//   POST /v1/cases/ID/log/card       LogCard   [g]   → envelope LogCard of this guardian
//   POST /v1/cases/ID/cosigner/add-checkpoint  [g]   → cosignature (tlog-witness)
//   GET  /v1/cases/ID/cosigner/HASH/checkpoint [g]   → what was cosigned last of that log
//
// [w] the witness: Authorization: Bearer <access secret of the enrolment, hex>
// [g] a guardian of the case: Exhibit-Peer: <base64 of a PeerRequest envelope>
// [r] anybody, once the case is released. Before that, 404, as for a case that is not here.
//
// Errors: {"error": {"code", "what"}} with 400 (input), 401/403, 404, 409, 413, 422, 429, 507
// (disk), 503.
#pragma once

#include "case/vote.hpp"

namespace exhibit::guard {

inline constexpr std::string_view peer_header = "Exhibit-Peer";

// What a message gets back: replies, or one reason why not (with the newer document that explains
// it).
struct Answer {
    std::vector<Envelope> replies;
    std::string refused;  // stable code; empty when not refused
    std::optional<Envelope> evidence;
};
std::string write_answer(Answer const& answer);
Result<Answer> parse_answer(ByteView text);

std::string case_path(CaseId const& id, std::string_view rest);  // "/v1/cases/ID/rest"

}  // namespace exhibit::guard
