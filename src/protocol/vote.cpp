// Rule 3: votes are asked for, and count for whoever asked, for one grace after it asked, by its
// own clock. So no clock of the voter matters, and a vote that took long only makes the next round
// longer.
#include <algorithm>

#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

constexpr unsigned doublings_max = 16;
constexpr Duration window_most = Duration::days(3650);

template <typename Answered>
void ask_those_left(Turn& turn, Envelope const& question, Answered answered) {
    for (auto const& other : turn.others()) {
        if (!answered(other)) turn.send(other, question);
    }
    said(turn.state.asking->again, turn.grace(), turn.now);
    turn.noted = true;
}

void ask_pre_vote(Turn& turn) {
    auto const& heard = turn.state.asking->heard;
    ask_those_left(turn, make_question(turn, turn.state.asking->nonce), [&](GuardianId const& who) {
        return std::ranges::any_of(heard, [&](auto const& one) { return one.guardian == who; });
    });
}

void ask_votes(Turn& turn) {
    auto const motion = turn.state.motion();
    auto const request = turn.sign(VoteRequest{.case_id = turn.terms().case_id,
                                               .guardian = turn.self.id,
                                               .nonce = turn.state.asking->nonce,
                                               .subject = turn.state.subject(),
                                               .hold = motion.hold,
                                               .policy = motion.policy});
    auto const& votes = turn.state.asking->votes;
    ask_those_left(turn, request, [&](GuardianId const& who) {
        return std::ranges::any_of(votes, [&](auto const& vote) { return vote->guardian == who; });
    });
}

void begin_round(Turn& turn, Asking::What what) {
    turn.state.asking = Asking{what, turn.random.bytes<16>(), turn.now, {}, {}, {}};
}

Signed<Vote> make_vote(Turn& turn, Nonce const& nonce) {
    auto const motion = turn.state.motion();
    return Signed<Vote>::sign(Vote{.case_id = turn.terms().case_id,
                                   .guardian = turn.self.id,
                                   .nonce = nonce,
                                   .time = turn.now,
                                   .subject = turn.state.subject(),
                                   .hold = motion.hold,
                                   .policy = motion.policy},
                              turn.self.key);
}

bool votes_still_count(Turn const& turn) {
    auto const since = turn.state.asking->since;
    // A clock that went back leaves no measure of the time since: ask anew.
    return turn.now >= since && turn.now < since + vote_window(turn.state);
}

}  // namespace

Duration vote_window(State const& state) {
    auto const doublings = std::min(state.failed_rounds, doublings_max);
    auto const grace = std::min(state.last->grace, window_most);
    return std::min(grace * (std::int64_t{1} << doublings), window_most);
}

void drop_votes(Turn& turn) {
    auto& asking = turn.state.asking;
    if (asking && asking->what == Asking::What::votes) asking.reset();
}

void on_vote_request(Turn& turn, Envelope const& envelope) {
    auto const opened = open_from_guardian<VoteRequest>(envelope, turn.terms());
    if (!opened) return turn.refuse(opened.error().code);
    auto const& request = opened->value();
    auto const& state = turn.state;
    if (request.guardian == turn.self.id) return turn.refuse("guardian");
    if (request.subject.is_release_now())
        follow_release_now(turn, request.subject.envelope);
    else
        follow_check_in(turn, request.subject.envelope);
    help_straggler(turn, request.guardian);
    if (state.restart) return turn.refuse("restarting");
    if (request.subject.digest != state.subject().digest)
        return turn.refuse("newer", state.subject().envelope);
    // Whoever is behind in these learns it from what we know; when it is us, it tells us in turn.
    if (request.policy != state.policy->digest())
        return turn.refuse("policy", tell_all_we_know(turn));
    if (request.hold != state.motion().hold) return turn.refuse("hold", tell_all_we_know(turn));
    if (!state.passed(turn.now)) return turn.refuse("not-yet");
    turn.reply(make_vote(turn, request.nonce).envelope());
}

void on_vote(Turn& turn, Envelope const& envelope) {
    auto opened = open_from_guardian<Vote>(envelope, turn.terms());
    if (!opened) return turn.refuse(opened.error().code);
    auto const& vote = opened->value();
    auto& asking = turn.state.asking;
    if (vote.guardian == turn.self.id) return turn.refuse("guardian");
    bool const is_asked =
        asking && asking->what == Asking::What::votes && asking->nonce == vote.nonce;
    if (!is_asked || !votes_still_count(turn)) return turn.refuse("expired");
    if (vote.motion() != turn.state.motion()) return turn.refuse("motion");
    auto& votes = asking->votes;
    if (std::ranges::any_of(votes, [&](auto const& one) { return one->guardian == vote.guardian; }))
        return;
    votes.push_back(opened.take());
    turn.noted = true;
}

//   deadline + grace passed ─► pre-vote ─(q−1 others heard)─► votes ─(q countable)─► adopt
//                                 ▲                             │
//                                 └──(time over: doubled)───────┘
void run_rounds(Turn& turn) {
    auto& state = turn.state;
    auto const q = state.numbers().q;
    if (state.decided || !state.passed(turn.now) || has_adopted(turn, state.motion())) {
        if (state.asking) turn.noted = true;
        state.asking.reset();
        return;
    }
    if (state.asking && state.asking->what == Asking::What::votes && !votes_still_count(turn)) {
        state.failed_rounds = std::min(state.failed_rounds + 1, doublings_max);
        state.asking.reset();
    }
    // Rule 2: first what we last said ourselves, then what the others know.
    if (state.restart) return;
    if (!state.asking) begin_round(turn, Asking::What::pre_vote);
    if (state.asking->what == Asking::What::pre_vote && state.asking->heard.size() + 1 >= q) {
        compare_clocks(turn, state.asking->heard);
        begin_round(turn, Asking::What::votes);
    }
    if (state.asking->what == Asking::What::votes && state.asking->votes.size() + 1 >= q) {
        auto quorum = std::move(state.asking->votes);
        quorum.push_back(make_vote(turn, state.asking->nonce));
        state.asking.reset();
        return adopt(turn, std::move(quorum));
    }
    if (!due(state.asking->again, turn.now)) return;
    if (state.asking->what == Asking::What::pre_vote)
        ask_pre_vote(turn);
    else
        ask_votes(turn);
}

}  // namespace exhibit::protocol
