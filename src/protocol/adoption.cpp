// Rule 4: adoption, and what ends it. With q adoptions the release cannot be stopped; with fewer, a
// acknowledgements of a newer check-in prove that they can never come to q.
//
// Why it is safe, without any clock: a acknowledgements have n − q + 1 honest signers, none of whom
// had adopted anything older or will. At most q − 1 guardians are left.
#include <algorithm>

#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

// An honest guardian adopts a second time only when a later check-in ran out too. A malicious one
// may sign for every check-in there ever was: it fills its own four places.
constexpr std::ptrdiff_t adoptions_kept_each = 4;

// The rank of what it adopts, if that is a true document of the witness under our policy.
Result<Rank> check_subject(Turn const& turn, Adoption const& adoption) {
    auto const& policy = turn.state.policy->digest();
    if (adoption.subject.is_release_now()) {
        auto const release_now =
            TRY(open_release_now(turn.terms(), policy, adoption.subject.envelope));
        return rank_of(release_now);
    }
    auto const check_in = TRY(open_check_in(turn.terms(), policy, adoption.subject.envelope));
    return rank_of(check_in);
}

Adopted const* find_adoption(State const& state, GuardianId const& guardian, Motion const& motion) {
    for (auto const& one : state.adoptions) {
        if (one.adoption->guardian == guardian && one.adoption->motion() == motion) return &one;
    }
    return nullptr;
}

void keep(Turn& turn, Adopted adopted) {
    auto& adoptions = turn.state.adoptions;
    auto const guardian = adopted.adoption->guardian;
    adoptions.push_back(std::move(adopted));
    turn.changed = true;
    auto const by_it = [&](Adopted const& one) { return one.adoption->guardian == guardian; };
    if (std::ranges::count_if(adoptions, by_it) <= adoptions_kept_each) return;
    auto oldest = adoptions.end();
    for (auto it = adoptions.begin(); it != adoptions.end(); ++it) {
        if (!by_it(*it) || it->adoption->motion() == turn.state.decided) continue;
        if (oldest == adoptions.end() || it->rank < oldest->rank) oldest = it;
    }
    VERIFY(oldest != adoptions.end());
    adoptions.erase(oldest);
}

void follow_subject(Turn& turn, Subject const& subject) {
    if (subject.is_release_now())
        follow_release_now(turn, subject.envelope);
    else
        follow_check_in(turn, subject.envelope);
}

void try_to_be_free(Turn& turn) {
    auto& state = turn.state;
    auto const rank = rank_of(state.last);
    if (!state.bound || state.decided || state.release_now || *state.bound >= rank) return;
    auto const count = std::ranges::count_if(state.acknowledgements, [&](auto const& one) {
        return one->check_in == state.last.digest();
    });
    if (static_cast<std::size_t>(count) < state.numbers().acknowledgements()) return;
    state.bound.reset();
    std::erase_if(state.adoptions,
                  [&](auto const& one) { return one.adoption->guardian == turn.self.id; });
    state.quorum.clear();
    state.acknowledged = rank;
    turn.changed = true;
    turn.send_others(sign_acknowledgement(turn, state.last.digest()));
}

// One deadline may outlast another by retiming, so the deadline says which word is newer, then the
// clock.
bool is_newer(Turn const& turn, Acknowledgement const& a, Acknowledgement const& b) {
    bool const a_last = a.check_in == turn.state.last.digest();
    bool const b_last = b.check_in == turn.state.last.digest();
    if (a_last != b_last) return a_last;
    return std::pair(a.deadline, a.time) > std::pair(b.deadline, b.time) &&
           a.check_in != b.check_in;
}

void decide_if_q(Turn& turn) {
    auto& state = turn.state;
    if (state.decided) return;
    for (auto const& one : state.adoptions) {
        auto const motion = one.adoption->motion();
        // keep() holds one adoption for each guardian and motion, so counting them counts
        // guardians.
        auto const count = std::ranges::count_if(
            state.adoptions, [&](auto const& other) { return other.adoption->motion() == motion; });
        if (static_cast<std::size_t>(count) < state.numbers().q) continue;
        state.decided = motion;
        break;
    }
    if (!state.decided) return;
    state.asking.reset();
    turn.changed = true;
    // Adoptions first, then the share: whoever could see the share can finish the release.
    for (auto const& one : state.adoptions) {
        if (one.adoption->motion() == *state.decided) turn.send_others(one.adoption.envelope());
    }
    state.push = {};
    said(state.push, turn.grace(), turn.now);
}

}  // namespace

Adopted const* own_adoption(Turn const& turn) {
    Adopted const* newest = nullptr;
    for (auto const& one : turn.state.adoptions) {
        if (one.adoption->guardian != turn.self.id) continue;
        if (newest == nullptr || newest->rank < one.rank) newest = &one;
    }
    return newest;
}

bool has_adopted(Turn const& turn, Motion const& motion) {
    return find_adoption(turn.state, turn.self.id, motion) != nullptr;
}

// The votes are for state.motion(): who has taken a newer check-in has thrown them away.
void adopt(Turn& turn, std::vector<Signed<Vote>> quorum) {
    auto& state = turn.state;
    auto const motion = state.motion();
    auto adoption = Signed<Adoption>::sign(Adoption{.case_id = turn.terms().case_id,
                                                    .guardian = turn.self.id,
                                                    .time = turn.now,
                                                    .subject = state.subject(),
                                                    .hold = motion.hold,
                                                    .policy = motion.policy},
                                           turn.self.key);
    turn.send_others(adoption.envelope());
    keep(turn, {std::move(adoption), state.rank()});
    state.bound = state.rank();
    state.quorum = std::move(quorum);
    state.push = {};
    said(state.push, turn.grace(), turn.now);
}

void on_adoption(Turn& turn, Envelope const& envelope) {
    auto opened = open_from_guardian<Adoption>(envelope, turn.terms());
    if (!opened) return turn.refuse(opened.error().code);
    auto const guardian = opened->value().guardian;
    auto const motion = opened->value().motion();
    if (guardian == turn.self.id) return take_back_adoption(turn, envelope);
    if (motion.policy != turn.state.policy->digest())
        return turn.refuse("policy", turn.state.policy->envelope());
    bool const is_new = find_adoption(turn.state, guardian, motion) == nullptr;
    if (is_new) {
        auto const rank = check_subject(turn, opened->value());
        if (!rank) return turn.refuse(rank.error().code);
        follow_subject(turn, opened->value().subject);
        keep(turn, {opened.take(), *rank});
        if (!has_given_share(turn.state, guardian)) help_straggler(turn, guardian);
    }
    // Once decided, what comes again only spreads the decision; whoever lacks something is pushed.
    auto const* ours = find_adoption(turn.state, turn.self.id, motion);
    if (ours != nullptr && (is_new || !turn.state.decided))
        return turn.reply(ours->adoption.envelope());
    if (ours == nullptr && !turn.state.decided && motion.subject != turn.state.subject().digest) {
        turn.refuse("newer", turn.state.subject().envelope);
    }
}

void on_acknowledgement(Turn& turn, Envelope const& envelope) {
    auto opened = open_from_guardian<Acknowledgement>(envelope, turn.terms());
    if (!opened) return turn.refuse(opened.error().code);
    if (opened->value().guardian == turn.self.id) return take_back_acknowledgement(turn, envelope);
    auto& known = turn.state.acknowledgements;
    auto const it = std::ranges::find_if(
        known, [&](auto const& one) { return one->guardian == opened->value().guardian; });
    if (it == known.end()) {
        known.push_back(opened.take());
        turn.noted = true;
    } else if (is_newer(turn, opened->value(), it->value())) {
        *it = opened.take();
        turn.noted = true;
    }
}

void take_back_acknowledgement(Turn& turn, Envelope const& envelope) {
    auto const opened = Signed<Acknowledgement>::open(envelope, turn.self.key.public_key());
    if (!opened || opened->value().case_id != turn.terms().case_id) return;
    auto& state = turn.state;
    auto const& ours = opened->value();
    if (ours.deadline > state.deadline) {
        // Our disk went back in time. We promised this deadline; it holds even if the check-in is
        // lost.
        state.deadline = ours.deadline;
        turn.changed = true;
        turn.tell(
            "rolled-back",
            "this guardian's disk is older than what it signed; its promises were taken back");
    }
    auto const rank = rank_of(state.last);
    if (ours.check_in != state.last.digest() || (state.acknowledged && *state.acknowledged >= rank))
        return;
    // We acknowledged what we hold, so nothing older binds us.
    state.acknowledged = rank;
    turn.changed = true;
}

void take_back_adoption(Turn& turn, Envelope const& envelope) {
    auto opened = Signed<Adoption>::open(envelope, turn.self.key.public_key());
    if (!opened || opened->value().case_id != turn.terms().case_id) return;
    if (opened->value().motion().policy != turn.state.policy->digest()) return;
    if (has_adopted(turn, opened->value().motion())) return;
    auto const rank = check_subject(turn, opened->value());
    if (!rank) return;
    // What we acknowledged later had freed us from it: it can never come to q.
    if (turn.state.acknowledged && *rank < *turn.state.acknowledged) return;
    follow_subject(turn, opened->value().subject);
    keep(turn, {opened.take(), *rank});
    auto& bound = turn.state.bound;
    bound = bound ? std::max(*bound, *rank) : *rank;
    turn.tell("rolled-back",
              "this guardian's disk had forgotten an adoption that it signed; it was taken back");
}

void run_adoption(Turn& turn) {
    try_to_be_free(turn);
    decide_if_q(turn);
    auto& state = turn.state;
    if (!state.bound || state.decided || !due(state.push, turn.now)) return;
    auto const* ours = own_adoption(turn);
    if (ours == nullptr) return;
    bool const follows = !state.release_now && *state.bound < rank_of(state.last);
    for (auto const& other : turn.others()) {
        turn.send(other, ours->adoption.envelope());
        // Its acknowledgement of what we only follow may set us free.
        bool const acknowledged = std::ranges::any_of(state.acknowledgements, [&](auto const& one) {
            return one->guardian == other && one->check_in == state.last.digest();
        });
        if (follows && !acknowledged) turn.send(other, state.last.envelope());
    }
    said(state.push, turn.grace(), turn.now);
    turn.noted = true;
}

}  // namespace exhibit::protocol
