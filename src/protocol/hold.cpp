// Rule 8: a hold adds intervals to the deadline of one check-in. It is no check-in: holds with the
// same number are the same whoever signed, so that two different pairs of people cannot split the
// guardians, and the next check-in starts anew.
//
// f malicious guardians and one deceived person delay a release by two intervals, and no more. A
// code that the witness spoke to a malicious guardian says late what it would have said at once.
#include <algorithm>

#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

std::size_t signers(State const& state, unsigned number) {
    return static_cast<std::size_t>(
        std::ranges::count_if(state.holds, [&](auto const& one) { return one->number == number; }));
}

bool in_force(State const& state, unsigned number) {
    return signers(state, number) >= state.numbers().f + 1;
}

void weigh(Turn& turn) {
    auto& state = turn.state;
    unsigned hold = state.spoken ? (*state.spoken)->place : 0;
    // The second only after the first.
    if (in_force(state, 1)) hold = std::max(hold, in_force(state, 2) ? 2u : 1u);
    if (hold <= state.hold) return;
    state.hold = hold;
    // Grace begins anew, and whoever was warned will hear it again.
    state.warned = false;
    drop_votes(turn);
    state.failed_rounds = 0;
}

bool is_over(State const& state) {
    return state.decided.has_value() || state.release_now.has_value();
}

// Null when taken, or known.
char const* take_hold(Turn& turn, Envelope const& envelope) {
    auto& state = turn.state;
    auto opened = open_from_guardian<HoldWord>(envelope, turn.terms());
    if (!opened) return opened.error().code;
    auto const& word = opened->value();
    if (word.number > hold_number_max) return "hold-limit";
    if (word.check_in != state.last.digest()) return "hold-other";
    if (is_over(state)) return "released";
    bool const known = std::ranges::any_of(state.holds, [&](auto const& one) {
        return one->guardian == word.guardian && one->number == word.number;
    });
    if (known) return nullptr;
    state.holds.push_back(opened.take());
    turn.changed = true;
    turn.send_others(state.holds.back().envelope());
    weigh(turn);
    return nullptr;
}

char const* take_spoken(Turn& turn, Envelope const& envelope) {
    auto& state = turn.state;
    auto opened = open_from_guardian<SpokenWord>(envelope, turn.terms());
    if (!opened) return opened.error().code;
    auto const& word = opened->value();
    if (word.check_in != state.last.digest()) return "hold-other";
    if (is_over(state)) return "released";
    if (state.spoken && (*state.spoken)->place >= word.place) return nullptr;
    auto const& codes = state.last->spoken;
    if (word.place > codes.size() ||
        codes[word.place - 1] != spoken_commitment(turn.terms().case_id, word.words))
        return "spoken";
    state.spoken = opened.take();
    turn.changed = true;
    turn.send_others(state.spoken->envelope());
    weigh(turn);
    return nullptr;
}

}  // namespace

void follow_hold(Turn& turn, Envelope const& envelope) {
    if (envelope.payload_type == HoldWord::kind)
        (void)take_hold(turn, envelope);
    else
        (void)take_spoken(turn, envelope);
}

void on_hold(Turn& turn, Envelope const& envelope) {
    if (auto const* why = take_hold(turn, envelope)) turn.refuse(why);
}

void on_spoken(Turn& turn, Envelope const& envelope) {
    if (auto const* why = take_spoken(turn, envelope)) turn.refuse(why);
}

std::vector<Envelope> hold_words(State const& state) {
    std::vector<Envelope> words;
    for (auto const& one : state.holds) words.push_back(one.envelope());
    if (state.spoken) words.push_back(state.spoken->envelope());
    return words;
}

void forget_holds(Turn& turn) {
    turn.state.holds.clear();
    turn.state.spoken.reset();
    turn.state.hold = 0;
}

}  // namespace exhibit::protocol
