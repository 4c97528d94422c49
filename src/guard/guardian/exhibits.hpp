// The exhibits that are here whole: ciphertext in a blob, statement and receipts in rows.
//
// A receipt is signed only when ciphertext, statement and row are on disk. Ed25519 is deterministic
// and the time is kept, so our own receipt is the same whenever it is asked for.
#pragma once

#include "case/receipt.hpp"
#include "case/statement.hpp"
#include "guard/guardian/premises.hpp"

namespace exhibit::guard {

struct HeldExhibit {
    ExhibitNumber number;
    std::string blob;
    std::uint64_t size_bytes = 0;
    CipherRoot root;
    DocumentDigest statement_digest;
    std::string statement;      // text of NNNN.sd-jwt
    bool from_witness = false;  // uploaded to us under the witness's access secret
    WallTime received;
};

class Exhibits {
public:
    explicit Exhibits(Premises const& premises) : premises_(premises) {}

    Result<std::optional<HeldExhibit>> find(CaseId const& id, ExhibitNumber number);
    Result<std::vector<HeldExhibit>> all(CaseId const& id);
    // The blob is finished. Durable when it returns; our receipt. `others` are kept beside it.
    Result<Envelope> hold(CaseId const& id, HeldExhibit const& exhibit,
                          std::vector<Signed<ExhibitReceipt>> const& others);

    // Somebody's receipt for what we hold ourselves. False when it speaks of something else.
    Result<bool> keep_receipt(CaseId const& id, Signed<ExhibitReceipt> const& receipt);
    Result<Envelope> own_receipt(CaseId const& id, ExhibitNumber number);
    Result<std::vector<Envelope>> receipts(CaseId const& id);
    Result<bool> has_receipt_of(CaseId const& id, ExhibitNumber number, GuardianId const& guardian);

private:
    Premises const& premises_;
};

// One pass over the blob: about 1.7 GB/s. Code "changed" when it is not as long as said.
Result<CipherRoot> root_of_blob(Blobs& blobs, BlobName const& name, std::uint64_t size_bytes);

}  // namespace exhibit::guard
