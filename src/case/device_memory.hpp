// What the witness's device knows of a case, in the three small files that it may hold in the
// clear: who the guardians are (case.json), the last check-in's digest and acknowledgements, and
// one record per sealed exhibit. Nothing here opens an exhibit, names footage, or shows either half
// of the witness's key.
#pragma once

#include "case/check_in.hpp"
#include "case/custody_evidence.hpp"
#include "case/invitation.hpp"
#include "case/receipt.hpp"

namespace exhibit {

struct KnownGuardian {
    PublicKey key;
    std::string name;
    GuardianAddress address;
    ByteArray<32> pin{};
    ByteArray<32> access{};  // bearer secret of this case there

    GuardianId id() const { return guardian_id(key); }
};

struct CaseInfo {
    CaseId case_id;
    bool drill = false;
    std::string recipient;  // age1… of the case
    DocumentDigest policy;
    Quorum quorum;
    Duration interval;
    Duration grace;
    std::vector<AudienceStage> audience;
    std::vector<KnownGuardian> guardians;
    // Commitments to spoken codes that are not used up; they go into every check-in.
    std::vector<Digest256> spoken = {};
    // Changes of the policy that were signed here and are not yet known to be in force.
    struct Change {
        DocumentDigest policy;
        unsigned version = 0;
        bool cancels = false;
        std::vector<AudienceStage> audience = {};
    };
    std::vector<Change> changes = {};

    KnownGuardian const* find(GuardianId const& id) const;
};
std::string write_case_info(CaseInfo const& info);
Result<CaseInfo> parse_case_info(ByteView text);

// What this device remembers of the last check-in.
struct CheckInMemory {
    DocumentDigest check_in;
    WallTime claimed;
    Duration interval;
    Duration grace;
    WallTime safe_until;  // the deadline of the last check-in that was *done*; this one may not be
    std::vector<Envelope> acknowledgements;
    std::vector<Envelope> clocks;  // newest signed clock of each guardian, for the next check-in
};
std::string write_check_in_memory(CheckInMemory const& memory);
Result<CheckInMemory> parse_check_in_memory(ByteView text);

// NNNN.json: what the device knows of a sealed exhibit. No name, no plaintext digest.
struct ExhibitRecord {
    ExhibitNumber number;
    CipherRoot root;
    std::uint64_t size_bytes = 0;
    std::optional<DocumentDigest> statement;  // none: cut off before its statement
    std::string upload_url;                   // where a begun upload goes on
    bool uploaded = false;                    // a guardian has said that it has every byte
    std::vector<Envelope> receipts;           // ExhibitReceipts, checked when they came
    // By each guardian: its event "received", and the place of that in its log, cosigned by enough;
    // checked when they came.
    std::vector<CustodyRecord::Event> logged;
};
std::string write_exhibit_record(ExhibitRecord const& record);
Result<ExhibitRecord> parse_exhibit_record(ByteView text);

// What this device remembers of the guardians' logs.
struct LogMemory {
    std::vector<Envelope> cards;  // LogCards, checked; the first of a log stays
    // The newest state of one of the logs, with cosignatures, and not before when they say it was
    // seen: goes into what is sealed.
    std::string checkpoint;
    WallTime not_before;
};
std::string write_log_memory(LogMemory const& memory);
Result<LogMemory> parse_log_memory(ByteView text);
// Takes cards and checkpoints from what a guardian shows; true when something was learnt. `terms`:
// terms_of(info).
bool learn_from(LogMemory& memory, CustodyRecord const& record, Policy const& terms);
bool learn_checkpoint(LogMemory& memory, std::string_view note, Policy const& terms);
LogCards cards_in(LogMemory const& memory, Policy const& terms);
// Takes into the record what shows that a guardian has logged this very exhibit. True when it grew.
bool take_logged(ExhibitRecord& record, CustodyRecord const& shown, LogCards const& cards,
                 Policy const& terms);
// The guardians in whose logs it is.
std::vector<GuardianId> logged_by(ExhibitRecord const& record);

// The part of the policy that the device knows in the clear: enough to check what guardians sign.
Policy terms_of(CaseInfo const& info);

}  // namespace exhibit
