// What the device states happened to an exhibit before it left, and what it did with others since
// the seal before. Signed by the one-exhibit key, in its package (custody.jsonl, one envelope a
// line), so inside the encryption until the release: these events name the original.
#pragma once

#include "case/custody_event.hpp"
#include "case/statement.hpp"
#include "case/untold.hpp"

namespace exhibit {

// What sealing knows: the facts that go into the disclosures too, and where the file came from.
struct DeviceStory {
    CaseId case_id;
    ExhibitNumber number;
    SealFacts const& facts;
    std::optional<std::string> imported_from;  // "memory card of …", in the witness's words
    DocumentDigest policy = {};                // what stands for the case as a whole
    std::vector<UntoldEvent> earlier = {};     // told_at_once_max at most
};
// What came earlier (sent, device-wiped), captured-claimed (if the witness said when or where),
// imported (if it came from elsewhere), sealed; each names the one before it.
std::vector<Envelope> state_device_events(DeviceStory const& story, SigningKey const& exhibit_key);

inline constexpr std::size_t device_events_max = 64;
std::string write_device_lines(std::vector<Envelope> const& events);
// Code "custody", and those of envelopes.
Result<std::vector<Envelope>> parse_device_lines(std::string_view text);

// Signed by the key of the statement, and about its exhibit, or of what was done earlier with
// another or with the case. Codes of Signed, "custody".
Result<Signed<CustodyEvent>> open_device_event(Envelope const& envelope,
                                               SealStatement const& statement);

// "exhibit 0.1.0 sha256:…", as the facts hold it.
CustodyEvent::Tool parse_tool(std::string_view identity);

}  // namespace exhibit
