// How this guardian sees a case, in one signed document. Of the shadow ledger: whoever holds the
// device asks for it without a passphrase, and after a forced check-in must see that it counted.
#include "guard/guardian/http_front.hpp"

namespace exhibit::guard {

namespace {

// Changes of both ledgers: whoever holds the device has seen the true ones being made.
Outcome add_changes(CaseStatus& status, Behind const& behind, protocol::State const& shadow) {
    auto const truth = TRY(behind.premises.files.state(status.case_id));
    auto const digest = shadow.policy->digest();
    bool confirmed = true;
    for (auto const& one : truth.adoptions) {
        confirmed &= one.adoption->guardian != behind.premises.id ||
                     one.adoption->policy == truth.policy->digest();
    }
    status.in_force = {digest, shadow.terms().version, confirmed};
    for (auto const* state : {&truth, &shadow}) {
        for (auto const* list : {&state->proposals, &state->dropped}) {
            for (auto const& one : *list)
                status.changes.push_back({one.policy->digest(), one.policy->value().version,
                                          one.since + state->terms().floors.cool_off});
        }
    }
    auto const leaving = TRY(behind.resignations.all(status.case_id));
    for (auto const& one : leaving) status.leaving.push_back({one->guardian, one->leaves});
    return {};
}

}  // namespace

Result<CaseStatus> status_of(Behind const& behind, CaseId const& id, Nonce const& nonce) {
    auto const& premises = behind.premises;
    auto const state = TRY(premises.files.shadow(id));
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
    status.hold = state.hold;
    TRY(add_changes(status, behind, state));
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
