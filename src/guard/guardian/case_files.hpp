// What a guardian keeps of each case in rows, and the only place that knows their keys.
//
//   cases      ID/record            what the enrolment brought; never changes
//              ID/state             protocol::State of the true ledger, rewritten by every step
//              ID/shadow            and of the shadow ledger, always in the same batch
//   settings   ID/access            SHA-256 of a newer access secret, after a device was lost
//   envelopes  ID/policy/DIGEST     the policy's envelope
//              ID/receipt/0001/GUARDIAN   receipts for an exhibit, ours and others'
//   settings   ID/vouched/DIGEST    texts of vouched lists
//   exhibits   ID/0001              an exhibit that is here whole (exhibits.hpp)
//   releases   ID/VERSION/STAGE     a stage of a policy's audience that is out; says whether it is
//                                   published (release.hpp)
//   uploads    see store/folder_uploads.hpp          invitations   see invitations.hpp
#pragma once

#include "case/enrolment.hpp"
#include "guard/guardian/recent.hpp"
#include "protocol/ledgers.hpp"
#include "store/rows.hpp"

namespace exhibit::guard {

struct CaseRecord {
    Signed<Directory> directory;
    DocumentDigest policy = {};  // version 1
    DocumentDigest share_digest = {};
    Digest256 access_hash{};  // of the witness's bearer secret
    std::uint64_t quota_bytes = 0;
    Bytes share_age = {};
    Bytes case_key_age = {};
    WallTime enrolled = {};  // stands in the ShareReceipt, so that a retry gets the same one
    bool drill = false;
};
using SharedRecord =
    std::shared_ptr<CaseRecord const>;  // many requests read one; the last one ends it

std::string write_record(CaseRecord const& record);
Result<CaseRecord> parse_record(ByteView text);

// How many cases are kept parsed. Reading one back costs as much as all the rest of a check-in; ten
// thousand in memory cost less than 200 MiB (bench/check_in_load.cpp measures it).
inline constexpr std::size_t cases_kept = 16'384;

class CaseFiles {
public:
    explicit CaseFiles(Rows& rows) : rows_(rows) {}

    // Code "not-found" for a case that is not here.
    Result<SharedRecord> record(CaseId const& id);
    // The durable states: of both ledgers, or of one.
    Result<protocol::Ledgers> ledgers(CaseId const& id);
    Result<protocol::State> state(CaseId const& id);
    Result<protocol::State> shadow(CaseId const& id);
    Result<protocol::SharedPolicy> policy(CaseId const& id, DocumentDigest const& digest);
    Result<std::vector<CaseId>> all();

    // The row ID/access has changed.
    void access_changed(CaseId const& id);

    static std::string access_key(CaseId const& id) { return id.text() + "/access"; }
    static std::string record_key(CaseId const& id) { return id.text() + "/record"; }
    static std::string state_key(CaseId const& id) { return id.text() + "/state"; }
    static std::string shadow_key(CaseId const& id) { return id.text() + "/shadow"; }
    static std::string policy_key(CaseId const& id, DocumentDigest const& digest);
    static std::string vouched_key(CaseId const& id, DocumentDigest const& digest);
    static void put_ledgers(Batch& batch, CaseId const& id, protocol::Ledgers const& ledgers);

    Rows& rows() { return rows_; }

private:
    std::uint64_t access_changes();
    Result<protocol::State> read_state(CaseId const& id, std::string const& key);
    Rows& rows_;
    // Who has read a record before an access secret was changed must not keep it afterwards.
    std::mutex access_mutex_;
    std::uint64_t access_changes_ = 0;
    Recent<CaseId, SharedRecord> records_{cases_kept};
    Recent<std::pair<CaseId, DocumentDigest>, protocol::SharedPolicy> policies_{cases_kept};
};

}  // namespace exhibit::guard
