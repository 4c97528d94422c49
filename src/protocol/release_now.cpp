// Rule 7: "now". Final: no check-in, hold or relay un-passes the deadline after it.
#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

bool take_release_now(Turn& turn, Signed<ReleaseNow> release_now) {
    auto& state = turn.state;
    // Two devices may each have signed one; the newer stands everywhere, so that votes can be
    // equal.
    if (state.release_now && rank_of(release_now) <= rank_of(*state.release_now)) return false;
    state.release_now = std::move(release_now);
    state.failed_rounds = 0;
    if (state.asking && state.asking->what == Asking::What::votes) state.asking.reset();
    state.waiting.clear();
    turn.changed = true;
    turn.send_others(state.release_now->envelope());
    return true;
}

}  // namespace

Result<Signed<ReleaseNow>> open_release_now(Policy const& terms, DocumentDigest const& policy,
                                            Envelope const& envelope) {
    auto release_now = TRY(Signed<ReleaseNow>::open(envelope, terms.witness));
    if (release_now->case_id != terms.case_id)
        return bad_input("belongs to another case").coded("case");
    if (release_now->policy != policy) return bad_input("names another policy").coded("policy");
    return release_now;
}

void on_release_now(Turn& turn, Envelope const& envelope) {
    auto opened = open_release_now(turn.terms(), turn.state.policy->digest(), envelope);
    if (!opened) {
        // The client signs anew, with the policy that is in force.
        bool const other_policy = std::string_view(opened.error().code) == "policy";
        if (other_policy) return turn.refuse("policy", turn.state.policy->envelope());
        return turn.refuse(opened.error().code);
    }
    auto const digest = opened->digest();
    if (!turn.state.decided) take_release_now(turn, opened.take());
    // An older one than ours is in force as well: what it asks for is under way.
    turn.reply(sign_acknowledgement(turn, digest));
}

void follow_release_now(Turn& turn, Envelope const& envelope) {
    if (turn.state.decided) return;
    if (turn.state.release_now && turn.state.release_now->digest() == document_digest(envelope))
        return;
    auto opened = open_release_now(turn.terms(), turn.state.policy->digest(), envelope);
    if (opened) take_release_now(turn, opened.take());
}

}  // namespace exhibit::protocol
