// Rule 2: before a vote a guardian asks the others what they know, and after a start what it last
// said.
//
// A question and an answer are the same document; both sides take what is newer and carries its own
// proof. The clocks heard on the way raise an alarm; they never bar a vote: whoever could choose
// our partners could choose the median.
#include <algorithm>

#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

PreVote what_we_know(Turn const& turn, bool asks, Nonce const& nonce) {
    auto const& state = turn.state;
    PreVote pre_vote{.case_id = turn.terms().case_id,
                     .guardian = turn.self.id,
                     .asks = asks,
                     .nonce = nonce,
                     .clock = turn.now,
                     .last_check_in = state.last.envelope(),
                     .release_now = {},
                     .holds = hold_words(state),
                     .policy = state.policy->digest(),
                     .certificate = certificate_in_force(state),
                     .your_acknowledgement = {},
                     .your_adoptions = {}};
    if (state.release_now) pre_vote.release_now = state.release_now->envelope();
    return pre_vote;
}

// Every guardian always answers, whatever it holds or has promised.
void answer(Turn& turn, PreVote const& question) {
    auto pre_vote = what_we_know(turn, false, question.nonce);
    for (auto const& one : turn.state.acknowledgements) {
        if (one->guardian == question.guardian) pre_vote.your_acknowledgement = one.envelope();
    }
    for (auto const& one : turn.state.adoptions) {
        if (one.adoption->guardian == question.guardian)
            pre_vote.your_adoptions.push_back(one.adoption.envelope());
    }
    turn.reply(turn.sign(std::move(pre_vote)));
}

// The answer was written between asking and now, so only what lies outside of that is an error of a
// clock: a slow link is not a wrong clock.
Duration clock_off(WallTime theirs, WallTime asked, WallTime now) {
    if (theirs < asked) return theirs - asked;
    if (theirs > now) return theirs - now;
    return {};
}

void hear_answer(Turn& turn, PreVote const& answer) {
    auto& state = turn.state;
    auto const& who = answer.guardian;
    if (state.restart && state.restart->nonce == answer.nonce) {
        auto& heard = state.restart->heard;
        if (std::ranges::find(heard, who) == heard.end()) {
            heard.push_back(who);
            turn.noted = true;
        }
    }
    if (state.asking && state.asking->what == Asking::What::pre_vote &&
        state.asking->nonce == answer.nonce) {
        auto& heard = state.asking->heard;
        bool const known =
            std::ranges::any_of(heard, [&](auto const& one) { return one.guardian == who; });
        if (known) return;
        heard.push_back({who, clock_off(answer.clock, state.asking->since, turn.now)});
        turn.noted = true;
    }
}

std::int64_t magnitude(Duration duration) { return std::abs(duration.count_ms()); }

Duration median_of(std::vector<Duration> offsets) {
    std::ranges::sort(offsets);
    auto const low = offsets[(offsets.size() - 1) / 2];
    auto const high = offsets[offsets.size() / 2];
    return low + (high - low) / 2;
}

// Follows everything that carries its own proof: the policy first, since the rest may name it.
void follow_all(Turn& turn, PreVote const& pre_vote) {
    if (pre_vote.certificate) follow_certificate(turn, *pre_vote.certificate);
    if (pre_vote.release_now) follow_release_now(turn, *pre_vote.release_now);
    follow_check_in(turn, pre_vote.last_check_in);
    for (auto const& word : pre_vote.holds) follow_hold(turn, word);
}

// Does the sender lack something that we could tell it?
bool is_behind(State const& state, PreVote const& theirs) {
    if (state.decided) return false;  // help_straggler tells that
    auto const version = theirs.certificate ? peek<Policy>(theirs.certificate->policy) : Policy{};
    if (theirs.policy != state.policy->digest() &&
        (!version || version->version <= state.terms().version))
        return true;
    if (state.release_now && !theirs.release_now) return true;
    auto const digest = document_digest(theirs.last_check_in);
    if (digest == state.last.digest())
        return theirs.holds.size() < state.holds.size() + (state.spoken ? 1 : 0);
    auto const claims = peek<CheckIn>(theirs.last_check_in);
    return claims && Rank{false, claims->claimed, digest} < rank_of(state.last);
}

}  // namespace

void on_started(Turn& turn) {
    auto& state = turn.state;
    // Answers to rounds of an earlier life may still come; they are not ours any more.
    state.asking.reset();
    state.restart = Restart{turn.random.bytes<16>(), turn.now, {}, {}};
    turn.noted = true;
    say_released_again(turn);
}

// Until q − 1 others have told us what we last said, we neither vote nor adopt. A guardian whose
// disk went back in time so takes its word back, if it has honest neighbours; still it counts as
// one of the f.
void run_restart(Turn& turn) {
    auto& restart = turn.state.restart;
    if (!restart) return;
    if (restart->heard.size() + 1 >= turn.state.numbers().q) {
        restart.reset();
        turn.noted = true;
        return;
    }
    if (!due(restart->again, turn.now)) return;
    auto const question = make_question(turn, restart->nonce);
    for (auto const& other : turn.others()) {
        if (std::ranges::find(restart->heard, other) == restart->heard.end())
            turn.send(other, question);
    }
    said(restart->again, turn.grace(), turn.now);
    turn.noted = true;
}

Envelope make_question(Turn& turn, Nonce const& nonce) {
    return turn.sign(what_we_know(turn, true, nonce));
}

Envelope tell_all_we_know(Turn& turn) { return turn.sign(what_we_know(turn, false, Nonce{})); }

void on_pre_vote(Turn& turn, Envelope const& envelope) {
    auto const opened = open_from_guardian<PreVote>(envelope, turn.terms());
    if (!opened) return turn.refuse(opened.error().code);
    auto const& pre_vote = opened->value();
    if (pre_vote.guardian == turn.self.id) return turn.refuse("guardian");
    follow_all(turn, pre_vote);
    if (pre_vote.asks) {
        answer(turn, pre_vote);
        return help_straggler(turn, pre_vote.guardian);
    }
    if (is_behind(turn.state, pre_vote) && !just_told(turn, turn.state.told, pre_vote.guardian))
        turn.send(pre_vote.guardian, tell_all_we_know(turn));
    for (auto const& one : pre_vote.your_adoptions) take_back_adoption(turn, one);
    if (pre_vote.your_acknowledgement)
        take_back_acknowledgement(turn, *pre_vote.your_acknowledgement);
    hear_answer(turn, pre_vote);
}

void compare_clocks(Turn& turn, std::vector<Asking::Heard> const& heard) {
    auto& state = turn.state;
    std::vector<Duration> offsets{Duration{}};
    for (auto const& one : heard) offsets.push_back(one.clock_off);
    auto const median = median_of(std::move(offsets));
    auto const limit = magnitude(turn.grace() / 4);
    state.clock_off = Duration{} - median;
    std::vector<GuardianId> off;
    if (magnitude(median) > limit) off.push_back(turn.self.id);
    for (auto const& one : heard) {
        if (magnitude(one.clock_off - median) > limit) off.push_back(one.guardian);
    }
    std::ranges::sort(off);
    for (auto const& guardian : off) {
        if (std::ranges::find(state.clocks_told, guardian) != state.clocks_told.end()) continue;
        bool const ours = guardian == turn.self.id;
        turn.tell("clock-off",
                  (ours ? "this guardian's clock" : "the clock of " + published_name(guardian)) +
                      " is off by more than a quarter of the grace" +
                      (ours ? ": " + std::to_string(state.clock_off.count_ms()) + " ms" : ""));
    }
    if (off.empty() && !state.clocks_told.empty())
        turn.tell("clock-agrees", "the guardians' clocks agree again");
    state.clocks_told = std::move(off);
    turn.noted = true;
}

}  // namespace exhibit::protocol
