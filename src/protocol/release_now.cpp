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
    drop_votes(turn);
    state.waiting.clear();
    turn.changed = true;
    turn.send_others(state.release_now->envelope());
    return true;
}

}  // namespace

// Whatever policy it names: final is final, also when the policy has changed since.
Result<Signed<ReleaseNow>> open_release_now(State const& state, Envelope const& envelope) {
    auto release_now = TRY(Signed<ReleaseNow>::open(envelope, state.witness()));
    if (release_now->case_id != state.terms().case_id)
        return bad_input("belongs to another case").coded("case");
    return release_now;
}

void on_release_now(Turn& turn, Envelope const& envelope) {
    auto opened = open_release_now(turn.state, envelope);
    if (!opened) return turn.refuse(opened.error().code);
    auto const digest = opened->digest();
    auto const& state = turn.state;
    bool const in_force = state.release_now && state.release_now->digest() == digest;
    // At the door it names the policy in force, so that nobody releases to an audience that she no
    // longer means: the client signs anew.
    if (!in_force && !turn.is_in_force(opened->value().policy)) return turn.refuse("policy");
    if (state.terms().cancelled) return turn.refuse("cancelled");
    if (!state.decided) take_release_now(turn, opened.take());
    // An older one than ours is in force as well: what it asks for is under way.
    turn.reply(sign_acknowledgement(turn, digest));
}

void follow_release_now(Turn& turn, Envelope const& envelope) {
    if (turn.state.decided) return;
    if (turn.state.release_now && turn.state.release_now->digest() == document_digest(envelope))
        return;
    auto opened = open_release_now(turn.state, envelope);
    if (opened) take_release_now(turn, opened.take());
}

}  // namespace exhibit::protocol
