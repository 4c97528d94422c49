#include "protocol/step.hpp"

#include <algorithm>

#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

constexpr Duration again_least = Duration::ms(100);
constexpr Duration again_first = Duration::seconds(1);
constexpr Duration wake_least = Duration::ms(10);
constexpr Duration wake_most = Duration::days(1);
constexpr WallTime now_most = WallTime::from_ms(Duration::days(365 * 7000).count_ms());

void absorb(Turn& turn, Envelope const& envelope) {
    using Rule = void (*)(Turn&, Envelope const&);
    static constexpr std::pair<std::string_view, Rule> rules[] = {
        {CheckIn::kind, on_check_in},
        {ReleaseNow::kind, on_release_now},
        {PreVote::kind, on_pre_vote},
        {VoteRequest::kind, on_vote_request},
        {Vote::kind, on_vote},
        {Adoption::kind, on_adoption},
        {Acknowledgement::kind, on_acknowledgement},
        {ReleasedShare::kind, on_share},
        {Opened::kind, on_opened},
        {Policy::kind, on_policy},
        {PolicyWord::kind, on_policy_word},
        {HoldWord::kind, on_hold},
        {SpokenWord::kind, on_spoken},
    };
    for (auto const& [kind, rule] : rules) {
        if (envelope.payload_type == kind) return rule(turn, envelope);
    }
    turn.refuse("kind");
}

void on_word_of_duress(Turn& turn) {
    burn_proposals(turn);
    if (turn.state.duress) return;
    turn.state.duress = turn.now;
    turn.changed = true;
}

// Learn first (what waited), then act: votes only on what is newest, shares only after q adoptions.
void proceed(Turn& turn) {
    take_waiting(turn);
    run_policies(turn);
    warn_contacts(turn);
    run_restart(turn);
    run_rounds(turn);
    run_adoption(turn);
    run_release(turn);
}

WallTime next_wake(Turn const& turn) {
    auto const& state = turn.state;
    auto at = turn.now + wake_most;
    auto const earlier = [&](WallTime time) {
        if (time > turn.now) at = std::min(at, time);
    };
    if (!state.waiting.empty())
        earlier(state.waiting.front()->claimed - state.waiting.front()->grace / 4);
    if (state.restart) earlier(state.restart->again.next);
    if (state.asking) {
        earlier(state.asking->again.next);
        if (state.asking->what == Asking::What::votes)
            earlier(state.asking->since + vote_window(state));
    }
    if (auto const policies = policies_wake(state)) earlier(*policies);
    if (state.decided) {
        if (!all_finished(state, turn.self.id)) earlier(state.push.next);
        if (auto const again = opened_wake(state)) earlier(*again);
        for (auto const& release : state.releases) {
            auto const& audience = release.policy->value().audience;
            auto const next = release.stages.size();
            if (next > 0 && next < audience.size())
                earlier(release.stages.back().begun + audience[next].after);
        }
        return std::max(at, turn.now + wake_least);
    }
    earlier(state.due());
    earlier(state.release_from());
    if (state.bound) earlier(state.push.next);
    return std::max(at, turn.now + wake_least);
}

}  // namespace

void Turn::send_others(Envelope const& envelope) {
    for (auto const& other : others()) send(other, envelope);
}

std::vector<GuardianId> Turn::others() const {
    std::vector<GuardianId> ids;
    for (auto const& guardian : terms().guardians) {
        if (guardian.id() != self.id) ids.push_back(guardian.id());
    }
    return ids;
}

Duration wait_before_again(Duration grace, unsigned attempts, Duration most) {
    auto const wait = again_first * (std::int64_t{1} << std::min(attempts, 20u));
    return std::min(wait, std::clamp(grace / 8, again_least, most));
}

bool due(Schedule const& schedule, WallTime now, Duration most) {
    // Further away than any wait: the clock went back since.
    return now >= schedule.next || schedule.next - now > most;
}

void said(Schedule& schedule, Duration grace, WallTime now, Duration most) {
    schedule.next = now + wait_before_again(grace, schedule.attempts, most);
    schedule.attempts = std::min(schedule.attempts + 1, 1000u);
}

WallTime within_documents(WallTime now) { return std::clamp(now, WallTime(), now_most); }

bool just_told(Turn& turn, std::vector<State::Told>& list, GuardianId const& who) {
    auto const enough = wait_before_again(turn.grace(), 6);
    for (auto& one : list) {
        if (one.guardian != who) continue;
        if (turn.now >= one.when && turn.now - one.when < enough) return true;
        one.when = turn.now;
        return false;
    }
    list.push_back({who, turn.now});
    return false;
}

Step step(Self const& self, State state, Event const& event, WallTime now, Random& random,
          std::optional<DocumentDigest> const& shown) {
    now = within_documents(now);
    Turn turn{.self = self, .state = std::move(state), .now = now, .random = random};
    if (shown) turn.shown = *shown;
    if (auto const* received = std::get_if<Received>(&event)) {
        take_waiting(turn);  // before anything is answered about what it takes the place of
        absorb(turn, received->envelope);
    } else if (std::holds_alternative<Started>(event))
        on_started(turn);
    else if (std::holds_alternative<WordOfDuress>(event))
        on_word_of_duress(turn);
    proceed(turn);
    auto const wake_at = next_wake(turn);
    return {std::move(turn.state), turn.changed, turn.noted, std::move(turn.effects), wake_at};
}

Result<State> begin(Signed<Policy> policy, Signed<CheckIn> first, WallTime now) {
    if (!signed_by(policy.envelope(), policy->witness)) {
        return bad_input("the policy is not signed by its own witness").coded("signature");
    }
    if (policy->protocol != 1) {
        return bad_input("the policy names a protocol version that this guardian does not run")
            .coded("protocol")
            .hint("update the guardian's program");
    }
    if (policy->version != 1)
        return bad_input("a case begins with the first version of its policy").coded("version");
    auto const deadline = first->claimed + first->interval;
    State state{
        .policy = share_policy(std::move(policy)), .last = std::move(first), .deadline = deadline};
    auto const& floors = state.terms().floors;
    auto opened = TRY(open_check_in(state, state.last.envelope()));
    if (opened->policy != state.policy->digest())
        return bad_input("the first check-in names another policy").coded("policy");
    if (opened->interval < floors.interval_least || opened->grace < floors.grace_least)
        return bad_input("interval or grace is shorter than the policy allows").coded("floors");
    if (opened->claimed > now + opened->grace / 4) {
        return bad_input("the first check-in is from the future")
            .coded("too-new")
            .hint("compare the clocks");
    }
    // By our clock it would be over before it began.
    if (now >= deadline)
        return bad_input("the deadline of the first check-in has passed already")
            .coded("too-old")
            .hint("compare the clocks");
    return state;
}

}  // namespace exhibit::protocol
