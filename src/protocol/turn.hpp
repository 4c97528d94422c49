// One turn of a guardian: the state while step() works on it, and what the rules say to each other.
//
// Each event is first absorbed by the rule it belongs to (on_…), then every rule is run once in the
// order of proceed(): what is due by the clock, or has become possible by what was learnt, happens
// there.
#pragma once

#include "protocol/step.hpp"

namespace exhibit::protocol {

struct Turn {
    Self const& self;
    State state;
    WallTime now;
    Random& random;
    std::vector<Effect> effects = {};
    bool changed = false;
    bool noted = false;
    // Rule 9: the policy that whoever holds the device is shown. The witness can know no other, so
    // a word of hers that names it means the one in force.
    DocumentDigest shown = state.policy->digest();

    bool is_in_force(DocumentDigest const& policy) const {
        return policy == state.policy->digest() || policy == shown;
    }
    Policy const& terms() const { return state.terms(); }
    Duration grace() const { return state.last->grace; }
    void reply(Envelope envelope) { effects.push_back(Reply{std::move(envelope)}); }
    void refuse(char const* code, std::optional<Envelope> evidence = {}) {
        effects.push_back(Refuse{code, std::move(evidence)});
    }
    void send(GuardianId const& to, Envelope const& envelope) {
        effects.push_back(Send{to, envelope});
    }
    void send_others(Envelope const& envelope);
    void tell(char const* code, std::string text) {
        effects.push_back(TellOperator{code, std::move(text)});
    }
    std::vector<GuardianId> others() const;

    template <typename T>
    Envelope sign(T document) const {
        return Signed<T>::sign(std::move(document), self.key).envelope();
    }
};

// A clock before 1970 or far beyond our documents' years would be a time nobody can write down.
WallTime within_documents(WallTime now);

// How long to wait before saying something again: doubling from a second up to grace/8, which is
// never less than 100 ms (drills) or more than `most`.
inline constexpr Duration again_most = Duration::hours(1);
// To whoever has not released yet when we have: it may be dead for good, and whoever comes back
// asks by itself. The same for changes of policy, which cool off for days.
inline constexpr Duration again_to_stragglers_most = Duration::hours(6);
// … and when nothing of what we release hangs on it.
inline constexpr Duration again_when_complete_most = Duration::hours(24);
Duration wait_before_again(Duration grace, unsigned attempts, Duration most = again_most);
bool due(Schedule const& schedule, WallTime now, Duration most = again_most);
void said(Schedule& schedule, Duration grace, WallTime now, Duration most = again_most);
// Was this guardian told within the last minute? If not, it is now.
bool just_told(Turn& turn, std::vector<State::Told>& list, GuardianId const& who);

// Rule 1, check_in.cpp. Opening checks the signature and everything that does not depend on what is
// held.
Result<Signed<CheckIn>> open_check_in(State const& state, Envelope const& envelope);
void on_check_in(Turn& turn, Envelope const& envelope);
// A check-in that came inside a guardian's document: taken if newer, never answered.
void follow_check_in(Turn& turn, Envelope const& envelope);
void take_waiting(Turn& turn);
void warn_contacts(Turn& turn);
Envelope sign_acknowledgement(Turn& turn, DocumentDigest const& what);

// Rule 2, pre_vote.cpp.
void on_started(Turn& turn);
void on_pre_vote(Turn& turn, Envelope const& envelope);
Envelope make_question(Turn& turn, Nonce const& nonce);
// The same as an answer to nobody's question: evidence for whoever lacks something.
Envelope tell_all_we_know(Turn& turn);
void compare_clocks(Turn& turn, std::vector<Asking::Heard> const& heard);
void run_restart(Turn& turn);

// Rule 3, vote.cpp.
void on_vote_request(Turn& turn, Envelope const& envelope);
void on_vote(Turn& turn, Envelope const& envelope);
void run_rounds(Turn& turn);
Duration vote_window(State const& state);
// What would be voted on is another now: votes collected so far were for the older one. A pre-vote
// goes on: whom it has heard, it has heard.
void drop_votes(Turn& turn);

// Rule 4, adoption.cpp.
void adopt(Turn& turn, std::vector<Signed<Vote>> quorum);
void on_adoption(Turn& turn, Envelope const& envelope);
void on_acknowledgement(Turn& turn, Envelope const& envelope);
void take_back_acknowledgement(Turn& turn, Envelope const& envelope);
void take_back_adoption(Turn& turn, Envelope const& envelope);
void run_adoption(Turn& turn);
Adopted const* own_adoption(Turn const& turn);  // the newest
bool has_adopted(Turn const& turn, Motion const& motion);
// The motion that q guardians have adopted under this policy.
std::optional<Motion> adopted_by_q(State const& state, DocumentDigest const& policy);

// Rules 4 and 5, release.cpp.
void on_share(Turn& turn, Envelope const& envelope);
void on_opened(Turn& turn, Envelope const& envelope);
void run_release(Turn& turn);
void say_released_again(Turn& turn);
// An acknowledgement of a reader's "opened, in hand"? And when to say that again.
bool note_opened_known(Turn& turn, Acknowledgement const& word);
std::optional<WallTime> opened_wake(State const& state);
void help_straggler(Turn& turn, GuardianId const& who);
bool has_given_share(State const& state, GuardianId const& who);
// Nobody needs to be pushed: every other guardian has given its share for every stage we have
// begun.
bool all_finished(State const& state, GuardianId const& self);

// Rule 6, policy.cpp.
void on_policy(Turn& turn, Envelope const& envelope);
void on_policy_word(Turn& turn, Envelope const& envelope);
void follow_certificate(Turn& turn, PolicyCertificate const& certificate);
std::optional<PolicyCertificate> certificate_in_force(State const& state);
// In force with the words that certify it; what has an equal or lower number is over.
void set_policy(State& state, SharedPolicy policy, std::vector<Signed<NoObjection>> words);
// The certificates of those that were in force here once: whoever skipped one lacks it.
void tell_policies_of(Turn& turn, GuardianId const& who,
                      std::vector<DocumentDigest> const& digests);
void run_policies(Turn& turn);
void burn_proposals(Turn& turn);
std::optional<WallTime> policies_wake(State const& state);

// Rule 7, release_now.cpp.
Result<Signed<ReleaseNow>> open_release_now(State const& state, Envelope const& envelope);
void on_release_now(Turn& turn, Envelope const& envelope);
void follow_release_now(Turn& turn, Envelope const& envelope);

// Rule 8, hold.cpp.
void on_hold(Turn& turn, Envelope const& envelope);
void on_spoken(Turn& turn, Envelope const& envelope);
void follow_hold(Turn& turn, Envelope const& envelope);
std::vector<Envelope> hold_words(State const& state);
void forget_holds(Turn& turn);

}  // namespace exhibit::protocol
