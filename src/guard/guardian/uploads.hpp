// Uploads from the witness: who may, how much, and the statement that makes an exhibit of them.
//
// An upload without a statement stays: the camera may have been taken away in the middle. It is
// released as "unfinished, unsigned". Nobody can delete one: a seized phone holds the access secret
// too.
#pragma once

#include "guard/guardian/doorman.hpp"
#include "guard/guardian/exhibits.hpp"
#include "net/tus_server.hpp"
#include "store/folder_uploads.hpp"

namespace exhibit::guard {

// Bytes of each case on this disk against its quota. Counted once, then added up.
class Quotas {
public:
    explicit Quotas(Premises const& premises) : premises_(premises) {}
    // Code "quota". The bytes count from now on.
    Outcome take(CaseId const& id, std::uint64_t bytes);
    Result<std::uint64_t> left(CaseId const& id);
    // Something was removed: count again.
    void forget(CaseId const& id);

private:
    Result<std::uint64_t> used(CaseId const& id);
    Premises const& premises_;
    std::mutex mutex_;
    std::map<CaseId, std::uint64_t> used_;
};

class Uploads final : public UploadHooks {
public:
    Uploads(Premises const& premises, Doorman& doorman, Exhibits& exhibits);

    // The tus server of a case that is here. Lives as long as this object.
    TusServer& server_of(CaseId const& id);
    FolderUploads& store() { return store_; }
    Quotas& quotas() { return quotas_; }

    // Codes "not-whole" (409), "exists" (409), "root" (422), "statement" (422), the parsers'. Reads
    // the whole upload once: not on a thread that somebody waits for.
    Result<Envelope> accept_statement(CaseId const& id, ExhibitNumber number,
                                      std::string_view text);

    struct Unfinished {
        ExhibitNumber number;
        std::uint64_t size_bytes = 0;
        std::string blob;
        bool whole = false;
    };
    // The longest upload of each number that is no exhibit yet.
    Result<std::vector<Unfinished>> unfinished(CaseId const& id);

    Result<UploadGrant> authorize(HttpRequest const& request, UploadWish const& wish) override;
    Outcome may_touch(HttpRequest const& request, UploadId const& id,
                      UploadState const& state) override;
    Outcome on_complete(UploadId const&, UploadState const&) override { return {}; }

private:
    Result<FolderUploads::Found> find_whole(CaseId const& id, SealStatement const& statement);

    Premises const& premises_;
    Doorman& doorman_;
    Exhibits& exhibits_;
    Quotas quotas_;
    FolderUploads store_;
    std::mutex servers_mutex_;
    std::map<CaseId, std::unique_ptr<TusServer>> servers_;
    // Reading a large upload takes a while; other cases should not wait for it.
    std::array<std::mutex, 16> statement_stripes_;
};

}  // namespace exhibit::guard
