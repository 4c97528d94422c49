// One sealed exhibit to one guardian, resumable; the guardians copy it among themselves.
#pragma once

#include "base/files.hpp"
#include "guard/witness/link.hpp"
#include "net/tus_client.hpp"

namespace exhibit::guard {

struct SendProgress {
    std::uint64_t done = 0, total = 0;
};

struct SendOptions {
    std::function<void(SendProgress const&)> progress;
    std::function<bool()> should_stop;
    // In a row without a byte of progress, before another guardian is tried.
    unsigned attempts = 3;
    std::size_t chunk_bytes = 8 << 20;
    // Called with the record whenever it must be remembered: the upload's address, a receipt.
    std::function<Outcome(ExhibitRecord const&)> save;
};

// Uploads what is missing and hands over the statement. On success the guardian's receipt is in
// `record`. An unfinished capture (no statement) is uploaded and stays without a receipt. Codes:
// "stopped", "quota", "upload-gone", the line's.
Outcome send_exhibit(Link& link, Policy const& terms, ExhibitRecord& record, Path const& ciphertext,
                     std::optional<std::string> const& statement, SendOptions const& options);

// Takes into the record every receipt that is for this exhibit and rightly signed. True when it
// grew.
bool take_receipts(ExhibitRecord& record, Policy const& terms,
                   std::vector<Envelope> const& receipts);
// The guardians whose receipts the record holds.
std::vector<GuardianId> held_by(ExhibitRecord const& record);

}  // namespace exhibit::guard
