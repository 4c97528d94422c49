#include "protocol/step.hpp"

#include <algorithm>

#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

constexpr Duration again_least = Duration::ms(100);
constexpr Duration again_first = Duration::seconds(1);
constexpr Duration again_most = Duration::hours(1);
constexpr Duration wake_least = Duration::ms(10);
constexpr Duration wake_most = Duration::days(1);
// A clock before 1970 or far beyond our documents' years would be a time nobody can write down.
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
    };
    for (auto const& [kind, rule] : rules) {
        if (envelope.payload_type == kind) return rule(turn, envelope);
    }
    turn.refuse("kind");
}

// Learn first (what waited), then act: votes only on what is newest, shares only after q adoptions.
void proceed(Turn& turn) {
    take_waiting(turn);
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
    if (state.decided) {
        if (!all_finished(state, turn.self.id)) earlier(state.push.next);
        auto const next = state.stages.size();
        if (next < turn.terms().audience.size())
            earlier(state.stages.back().begun + turn.terms().audience[next].after);
        return std::max(at, turn.now + wake_least);
    }
    earlier(state.deadline);
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

Duration wait_before_again(Duration grace, unsigned attempts) {
    auto const most = std::clamp(grace / 8, again_least, again_most);
    auto const wait = again_first * (std::int64_t{1} << std::min(attempts, 20u));
    return std::min(wait, most);
}

bool due(Schedule const& schedule, WallTime now) {
    // Further away than any wait: the clock went back since.
    return now >= schedule.next || schedule.next - now > again_most;
}

void said(Schedule& schedule, Duration grace, WallTime now) {
    schedule.next = now + wait_before_again(grace, schedule.attempts);
    schedule.attempts = std::min(schedule.attempts + 1, 1000u);
}

Step step(Self const& self, State state, Event const& event, WallTime now, Random& random) {
    now = std::clamp(now, WallTime(), now_most);
    Turn turn{.self = self, .state = std::move(state), .now = now, .random = random};
    if (auto const* received = std::get_if<Received>(&event))
        absorb(turn, received->envelope);
    else if (std::holds_alternative<Started>(event))
        on_started(turn);
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
    auto opened = TRY(open_check_in(policy.value(), policy.digest(), first.envelope()));
    if (opened->claimed > now + opened->grace / 4) {
        return bad_input("the first check-in is from the future")
            .coded("too-new")
            .hint("compare the clocks");
    }
    auto const deadline = std::min(opened->claimed, now) + opened->interval;
    return State{
        .policy = share_policy(std::move(policy)), .last = std::move(opened), .deadline = deadline};
}

}  // namespace exhibit::protocol
