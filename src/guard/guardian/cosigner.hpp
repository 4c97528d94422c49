// Cosigning the logs of the other guardians (c2sp.org/tlog-witness, add-checkpoint). What was last
// cosigned of a log is on disk before the cosignature leaves: after a crash too, no two states that
// contradict each other bear this guardian's cosignature.
//
// Who may ask: a guardian, for the log of a guardian of a case it shares with us. An unknown caller
// gets the answer of a case that is not here, so that nobody can find guardians by asking around
// with a checkpoint from a release.
#pragma once

#include "formats/tlog/witness.hpp"
#include "guard/guardian/custody_log.hpp"
#include "net/http.hpp"

namespace exhibit::guard {

class Cosigner {
public:
    Cosigner(Premises const& premises, CustodyLog& log) : premises_(premises), log_(log) {}

    // Another guardian's card. The first one of a log stays, for good; false for another.
    Result<bool> take_card(CaseId const& id, Envelope const& envelope);
    // The one that was taken, if any.
    Result<std::optional<Signed<LogCard>>> known_card(CaseId const& id, LogName const& log);
    // Those known of the case's guardians, ours included.
    Result<LogCards> cards(CaseId const& id);

    // The answer to a checkpoint; statuses and bodies as the spec says.
    HttpResponse add_checkpoint(CaseId const& id, ByteView body);
    // What was cosigned last of the log whose origin has this SHA-256: proof for a guardian whose
    // disk went back in time, since its own key signed it.
    HttpResponse last_cosigned(std::string_view origin_hash);

private:
    Result<protocol::SharedPolicy> policy_of(CaseId const& id);
    Result<HttpResponse> judge(CaseId const& id, tlog::AddCheckpoint const& request);

    Premises const& premises_;
    CustodyLog& log_;
    std::mutex cards_mutex_;
    // Looking at what was cosigned last and writing the next must not cross, for one log.
    std::array<std::mutex, 16> stripes_;
};

}  // namespace exhibit::guard
