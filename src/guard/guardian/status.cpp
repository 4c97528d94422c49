// How this guardian sees a case, in one signed document.
#include "guard/guardian/http_front.hpp"

namespace exhibit::guard {

Result<CaseStatus> status_of(Behind const& behind, CaseId const& id, Nonce const& nonce) {
    auto const& premises = behind.premises;
    auto const state = TRY(premises.files.state(id));
    CaseStatus status;
    status.case_id = id;
    status.guardian = premises.id;
    status.nonce = nonce;
    status.time = premises.now();
    status.check_in = state.last.digest();
    status.claimed = state.last->claimed;
    status.deadline = state.deadline;
    status.release_from = state.release_from();
    status.phase = state.phase(status.time);
    status.clock_off_ms = state.clock_off.count_ms();
    auto const held = TRY(behind.exhibits.all(id));
    for (auto const& one : held)
        status.held.push_back({one.number, one.size_bytes, true, one.statement_digest});
    auto const unfinished = TRY(behind.uploads.unfinished(id));
    for (auto const& one : unfinished)
        status.held.push_back({one.number, one.size_bytes, false, {}});
    for (auto const& guardian : state.terms().guardians) {
        if (guardian.id() == premises.id) continue;
        auto const heard = behind.peers.last_heard(guardian.id());
        if (heard) status.seen.push_back({guardian.id(), *heard});
    }
    return status;
}

}  // namespace exhibit::guard
