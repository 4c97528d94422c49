// What guardians logged, and what time-stamped their logs: how late and how early an exhibit can
// have come into being.
//
//   no later than   guardians' receipts · their logs, cosigned by others · RFC 3161 · Bitcoin
//   no earlier than a state of a guardian's log that the exhibit has in it
//
// Untrusted is another answer than invalid: a token of an authority that nobody told us to trust is
// said to be so. A pending OpenTimestamps proof is a promise, and never called a proof.
#pragma once

#include "case/custody_folder.hpp"
#include "case/evidence.hpp"
#include "prove/disk_folder.hpp"
#include "prove/findings.hpp"
#include "prove/verify.hpp"

namespace exhibit::prove {

// The custody of a release, each part judged by itself.
struct KnownCustody {
    CustodyFiles files;
    LogCards cards;
    std::vector<CheckedCustody> checked;  // in the order of files.records
    TimeTrust trust;                      // the reader's, and the headers that came along
    bool any() const { return !files.records.empty(); }
};
// Says what does not hold, and what the record as a whole shows. Of a disclosure the chains are
// partial: what concerns other exhibits was left out on purpose.
enum class Chains { whole, partial };
KnownCustody judge_custody(DiskFolder const& folder, std::vector<bagit::FolderEntry> const& entries,
                           Policy const& policy, TimeTrust trust, Findings& to,
                           Chains chains = Chains::whole);

// One exhibit: logged, stamped, in Bitcoin; then the two bounds of when it can have come into
// being.
struct Existence {
    KnownCustody const& custody;
    ReleaseEvidence const& evidence;
    SealStatement const& statement;
    std::optional<std::string> guardian_checkpoint;  // a fact of the exhibit
    std::string disclosures;                         // where that fact lies
};
void judge_existence(Findings& to, Existence const& it);

}  // namespace exhibit::prove
