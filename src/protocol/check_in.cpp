// Rule 1: signs of life. Time of arrival plays no part: the deadline comes from the time that the
// witness claims, and a claim from the future waits until it is at most grace/4 ahead.
#include <algorithm>

#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

// Pre-signed for the future, or our clock is slow. The earliest are kept: a far one cannot push out
// a near one.
constexpr std::size_t waiting_max = 4;
// After a start we acknowledge nothing before we have asked what we last said, but wait no longer
// than this: silence of the others must not keep a living witness from being heard.
constexpr Duration restart_wait_most = Duration::seconds(10);

// At least f+1 of the case's guardians, none older than interval + grace before the claimed time,
// so that nobody can sign a year of life in one sitting: one of the f+1 is honest and did not sign
// the future.
Outcome check_clocks(Policy const& terms, CheckIn const& check_in) {
    auto const oldest = check_in.claimed - (check_in.interval + check_in.grace);
    std::vector<GuardianId> fresh;
    for (auto const& envelope : check_in.clocks) {
        if (fresh.size() > terms.quorum.f) break;
        auto const clock = open_from_guardian<ClockReading>(envelope, terms);
        if (!clock || clock.value()->time < oldest) continue;
        if (std::ranges::find(fresh, clock.value()->guardian) == fresh.end())
            fresh.push_back(clock.value()->guardian);
    }
    if (fresh.size() > terms.quorum.f) return {};
    return bad_input("carries fresh clocks of too few guardians")
        .coded("clocks")
        .hint("fetch the clocks of f+1 guardians, directly or through any one of them");
}

// Below these nobody takes one, whatever the policy: a check-in that one guardian could hold and
// another could not would split them for ever. What the policy asks beyond it binds at the door.
Outcome check_floors(Policy const& terms, CheckIn const& check_in) {
    auto const least = terms.drill ? Floors{Duration::ms(1), Duration::ms(1), {}} : usual_floors;
    if (check_in.interval < least.interval_least || check_in.grace < least.grace_least)
        return bad_input("interval or grace is shorter than any policy allows").coded("floors");
    return {};
}

bool too_new(CheckIn const& check_in, WallTime now) {
    return check_in.claimed > now + check_in.grace / 4;
}

void keep_waiting(Turn& turn, Signed<CheckIn> check_in) {
    auto& waiting = turn.state.waiting;
    auto const later = [](auto const& a, auto const& b) { return rank_of(a) < rank_of(b); };
    waiting.insert(std::ranges::upper_bound(waiting, rank_of(check_in), {},
                                            [](auto const& one) { return rank_of(one); }),
                   std::move(check_in));
    VERIFY(std::ranges::is_sorted(waiting, later));
    if (waiting.size() > waiting_max) waiting.pop_back();
    turn.changed = true;
}

bool is_waiting(State const& state, DocumentDigest const& digest) {
    return std::ranges::any_of(state.waiting,
                               [&](auto const& one) { return one.digest() == digest; });
}

void take(Turn& turn, Signed<CheckIn> check_in) {
    auto& state = turn.state;
    // Not min(τ, now): a guardian that was slow when it took it and is fast later would release
    // before τ + interval. τ is never more than grace/4 ahead.
    state.deadline = std::max(state.deadline, check_in->claimed + check_in->interval);
    state.last = std::move(check_in);
    state.warned = false;
    state.acknowledgements.clear();
    state.duress.reset();
    forget_holds(turn);
    state.failed_rounds = 0;
    drop_votes(turn);
    std::erase_if(state.waiting,
                  [&](auto const& one) { return rank_of(one) <= rank_of(state.last); });
    turn.changed = true;
    turn.send_others(state.last.envelope());
}

bool still_asking_after_restart(Turn const& turn) {
    if (!turn.state.restart) return false;
    auto const wait = std::min(turn.grace() / 8, restart_wait_most);
    auto const since = turn.state.restart->since;
    return turn.now >= since && turn.now < since + wait;
}

// "No guardian acknowledges a check-in newer than one it has adopted."
void acknowledge_last(Turn& turn) {
    auto& state = turn.state;
    auto const rank = rank_of(state.last);
    if (state.bound && *state.bound < rank) return turn.refuse("adopted");
    if (still_asking_after_restart(turn)) return turn.refuse("restarting");
    if (state.acknowledged != rank) {
        state.acknowledged = rank;
        turn.changed = true;
    }
    turn.reply(sign_acknowledgement(turn, state.last.digest()));
}

char const* why_not_at_the_door(Turn const& turn, CheckIn const& check_in) {
    auto const& state = turn.state;
    if (state.passed(turn.now)) return nullptr;
    auto const gap = std::min(least_gap(state.last->interval), least_gap(check_in.interval));
    if (check_in.claimed < state.last->claimed + gap) return "too-soon";
    auto const& floors = turn.terms().floors;
    if (check_in.interval < floors.interval_least || check_in.grace < floors.grace_least)
        return "floors";
    return nullptr;
}

}  // namespace

Envelope sign_acknowledgement(Turn& turn, DocumentDigest const& what) {
    return turn.sign(Acknowledgement{.case_id = turn.terms().case_id,
                                     .guardian = turn.self.id,
                                     .check_in = what,
                                     .deadline = turn.state.deadline,
                                     .time = turn.now});
}

// Whatever policy it names: it is a sign of life under any.
Result<Signed<CheckIn>> open_check_in(State const& state, Envelope const& envelope) {
    auto const& terms = state.terms();
    auto check_in = TRY(Signed<CheckIn>::open(envelope, state.witness()));
    if (check_in->case_id != terms.case_id)
        return bad_input("belongs to another case").coded("case");
    TRY(check_floors(terms, check_in.value()));
    TRY(check_clocks(terms, check_in.value()));
    return check_in;
}

// No answer to a check-in shows a document of the witness: whoever signed with the key of duress
// could see by its signature that there is another key.
void on_check_in(Turn& turn, Envelope const& envelope) {
    auto const& state = turn.state;
    if (state.decided) return turn.refuse("released");
    if (state.release_now) return turn.refuse("release-now");
    // The cheap answers first: guardians relay each check-in to each other.
    auto const digest = document_digest(envelope);
    if (digest == state.last.digest()) return acknowledge_last(turn);
    if (is_waiting(state, digest)) return turn.refuse("too-new");
    auto opened = open_check_in(state, envelope);
    if (!opened) return turn.refuse(opened.error().code);
    auto check_in = opened.take();
    if (rank_of(check_in) <= rank_of(state.last)) return turn.refuse("too-old");
    // The gap limits how often one is taken, and the policy how short its times may be. Once a vote
    // is near neither must bind: two check-ins closer than the gap, each held by half of the
    // guardians, would never become one.
    if (auto const* why = why_not_at_the_door(turn, check_in.value())) return turn.refuse(why);
    if (too_new(check_in.value(), turn.now)) {
        keep_waiting(turn, std::move(check_in));
        return turn.refuse("too-new");
    }
    take(turn, std::move(check_in));
    acknowledge_last(turn);
}

void follow_check_in(Turn& turn, Envelope const& envelope) {
    auto const& state = turn.state;
    if (state.decided || state.release_now) return;
    auto const digest = document_digest(envelope);
    if (digest == state.last.digest() || is_waiting(state, digest)) return;
    auto const claims = peek<CheckIn>(envelope);
    if (!claims || Rank{false, claims->claimed, digest} <= rank_of(state.last)) return;
    auto opened = open_check_in(state, envelope);
    if (!opened) return;
    if (too_new(opened->value(), turn.now)) return keep_waiting(turn, opened.take());
    take(turn, opened.take());
}

void take_waiting(Turn& turn) {
    auto& waiting = turn.state.waiting;
    while (!waiting.empty() && !too_new(waiting.front().value(), turn.now)) {
        auto check_in = std::move(waiting.front());
        waiting.erase(waiting.begin());
        turn.changed = true;
        bool const wanted = !turn.state.decided && !turn.state.release_now;
        if (wanted && rank_of(turn.state.last) < rank_of(check_in)) take(turn, std::move(check_in));
    }
}

void warn_contacts(Turn& turn) {
    auto& state = turn.state;
    bool const over = state.decided || state.release_now || state.terms().cancelled;
    if (state.warned || over || turn.now < state.due()) return;
    state.warned = true;
    turn.changed = true;
    turn.effects.push_back(WarnContacts{state.release_from(), state.duress.has_value()});
}

}  // namespace exhibit::protocol
