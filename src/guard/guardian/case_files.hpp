// What a guardian keeps of each case in rows, and the only place that knows their keys.
//
//   cases      ID/record            what the enrolment brought; never changes
//   settings   ID/access            SHA-256 of a newer access secret, after a device was lost
//              ID/state             protocol::State, rewritten by every step
//   envelopes  ID/policy/DIGEST     the policy's envelope
//              ID/receipt/0001/GUARDIAN   receipts for an exhibit, ours and others'
//   settings   ID/vouched/DIGEST    texts of vouched lists
//   exhibits   ID/0001              an exhibit that is here whole (exhibits.hpp)
//   releases   ID/STAGE             a stage that is out; says whether it is published (release.hpp)
//   uploads    see store/folder_uploads.hpp          invitations   see invitations.hpp
#pragma once

#include "case/enrolment.hpp"
#include "guard/guardian/recent.hpp"
#include "protocol/state.hpp"
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
    // The durable state.
    Result<protocol::State> state(CaseId const& id);
    Result<protocol::SharedPolicy> policy(CaseId const& id, DocumentDigest const& digest);
    Result<std::vector<CaseId>> all();

    // The row ID/access has changed.
    void access_changed(CaseId const& id);

    static std::string access_key(CaseId const& id) { return id.text() + "/access"; }
    static std::string record_key(CaseId const& id) { return id.text() + "/record"; }
    static std::string state_key(CaseId const& id) { return id.text() + "/state"; }
    static std::string policy_key(CaseId const& id, DocumentDigest const& digest);
    static std::string vouched_key(CaseId const& id, DocumentDigest const& digest);
    static Write state_write(CaseId const& id, protocol::State const& state);

    Rows& rows() { return rows_; }

private:
    std::uint64_t access_changes();
    Rows& rows_;
    // Who has read a record before an access secret was changed must not keep it afterwards.
    std::mutex access_mutex_;
    std::uint64_t access_changes_ = 0;
    Recent<CaseId, SharedRecord> records_{cases_kept};
    Recent<std::pair<CaseId, DocumentDigest>, protocol::SharedPolicy> policies_{cases_kept};
};

}  // namespace exhibit::guard
