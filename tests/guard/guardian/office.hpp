// One guardian's rows, keys and log without its server: for tests of parts.
#pragma once

#include "crypto/hash.hpp"
#include "guard/guardian/custody_events.hpp"
#include "guard/guardian/custody_log.hpp"
#include "support/shared.hpp"

namespace exhibit::guard::test {

class Office {
public:
    explicit Office(Path folder)
        : data(std::move(folder)),
          keys(open_or_make_keys(data).take()),
          rows(SqliteRows::open(data / "guardian.db").take()),
          blobs(FolderBlobs::open(data / "blobs").take()),
          files(*rows),
          operator_log(wall_now, {}),
          premises{keys, keys.id(), files, *blobs, operator_log, wall_now, data / "invitations"} {}

    Result<std::unique_ptr<CustodyLog>> open_log() {
        auto log = TRY(CustodyLog::open(premises, data));
        log->start({});
        return log;
    }
    CustodyEvent event(CaseId const& id, std::uint32_t number) const {
        HeldExhibit exhibit;
        exhibit.number = ExhibitNumber(number);
        exhibit.statement_digest = DocumentDigest(sha256(std::to_string(number)));
        exhibit.root = CipherRoot(sha256("root"));
        exhibit.size_bytes = 5;
        exhibit.received = wall_now();
        return received_event({keys.id(), {"exhibit", "0", std::nullopt}, wall_now()}, id, exhibit);
    }

    Path data;
    GuardianKeys keys;
    std::unique_ptr<SqliteRows> rows;
    std::unique_ptr<FolderBlobs> blobs;
    CaseFiles files;
    OperatorLog operator_log;
    Premises premises;
};

}  // namespace exhibit::guard::test
