// Rule 4: adoption, and what ends it. With q adoptions the release cannot be stopped; with fewer, a
// acknowledgements of a newer check-in prove that they can never come to q.
//
// Why it is safe, without any clock: a acknowledgements have n − q + 1 honest signers, with none of
// whom an adoption of anything older stands, or ever will. At most q − 1 guardians are left.
#include <algorithm>

#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

// An honest guardian adopts a second time only when a later check-in ran out too. A malicious one
// may sign for every check-in there ever was: it fills its own four places.
constexpr std::ptrdiff_t adoptions_kept_each = 4;

// Who has adopted, and has said so this often without seeing q adoptions, asks what others know.
constexpr unsigned asks_every = 4;

// The rank of what it adopts, if that is a true document of the witness.
Result<Rank> check_subject(Turn const& turn, Adoption const& adoption) {
    if (adoption.subject.is_release_now()) {
        auto const release_now = TRY(open_release_now(turn.state, adoption.subject.envelope));
        return rank_of(release_now);
    }
    auto const check_in = TRY(open_check_in(turn.state, adoption.subject.envelope));
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

// The oldest adoption that stands binds. A newer one does not take it back: it may still come to q.
void bind(State& state, Rank const& rank) {
    state.bound = state.bound ? std::min(*state.bound, rank) : rank;
}

void try_to_be_free(Turn& turn) {
    auto& state = turn.state;
    auto const rank = rank_of(state.last);
    if (!state.bound || state.decided || state.release_now || *state.bound >= rank) return;
    auto const count = std::ranges::count_if(state.acknowledgements, [&](auto const& one) {
        return one->check_in == state.last.digest();
    });
    if (static_cast<std::size_t>(count) < state.numbers().acknowledgements()) return;
    // Only what is older than this check-in can never come to q; what we have adopted since stands.
    auto const is_over = [&](auto const& one) {
        return one.adoption->guardian == turn.self.id && one.rank < rank;
    };
    std::erase_if(state.adoptions, is_over);
    state.bound.reset();
    for (auto const& one : state.adoptions) {
        if (one.adoption->guardian == turn.self.id) bind(state, one.rank);
    }
    if (!state.bound) state.quorum.clear();
    state.acknowledged = rank;
    turn.changed = true;
    turn.send_others(sign_acknowledgement(turn, state.last.digest()));
}

void decide_if_q(Turn& turn) {
    auto& state = turn.state;
    if (state.decided) return;
    state.decided = adopted_by_q(state, state.policy->digest());
    for (auto const& one : state.earlier) {
        if (!state.decided) state.decided = adopted_by_q(state, one.policy->digest());
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

std::optional<Motion> adopted_by_q(State const& state, DocumentDigest const& policy) {
    for (auto const& one : state.adoptions) {
        auto const motion = one.adoption->motion();
        if (motion.policy != policy) continue;
        // keep() holds one adoption for each guardian and motion, so counting them counts
        // guardians.
        auto const count = std::ranges::count_if(
            state.adoptions, [&](auto const& other) { return other.adoption->motion() == motion; });
        if (static_cast<std::size_t>(count) >= state.numbers().q) return motion;
    }
    return std::nullopt;
}

Adopted const* own_adoption(Turn const& turn) {
    Adopted const* newest = nullptr;
    for (auto const& one : turn.state.adoptions) {
        if (one.adoption->guardian != turn.self.id) continue;
        // Of the same check-in the later one is under a newer policy or after a hold.
        if (newest == nullptr || newest->rank <= one.rank) newest = &one;
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
    bind(state, state.rank());
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
    bool const is_new = find_adoption(turn.state, guardian, motion) == nullptr;
    if (is_new) {
        auto const rank = check_subject(turn, opened->value());
        if (!rank) return turn.refuse(rank.error().code);
        // The witness's word is hers under whatever policy somebody has adopted it.
        follow_subject(turn, opened->value().subject);
        if (turn.state.find_policy(motion.policy) == nullptr)
            return turn.refuse("policy", tell_all_we_know(turn));
        keep(turn, {opened.take(), *rank});
        if (!has_given_share(turn.state, guardian)) help_straggler(turn, guardian);
    } else {
        // When it came first, too many earlier ones were waiting perhaps.
        follow_subject(turn, opened->value().subject);
    }
    // Once decided, what comes again only spreads the decision; whoever lacks something is pushed.
    auto const* ours = find_adoption(turn.state, turn.self.id, motion);
    if (ours != nullptr && (is_new || !turn.state.decided))
        return turn.reply(ours->adoption.envelope());
    if (ours != nullptr || turn.state.decided || motion == turn.state.motion()) return;
    bool const other_subject = motion.subject != turn.state.subject().digest;
    turn.refuse("newer", other_subject ? turn.state.subject().envelope : tell_all_we_know(turn));
}

void on_acknowledgement(Turn& turn, Envelope const& envelope) {
    auto opened = open_from_guardian<Acknowledgement>(envelope, turn.terms());
    if (!opened) return turn.refuse(opened.error().code);
    if (opened->value().guardian == turn.self.id) return take_back_acknowledgement(turn, envelope);
    if (note_opened_known(turn, opened->value())) return;
    // Of anything else nobody can tell here whose word it was: a check-in under duress is
    // acknowledged in the same words.
    if (opened->value().check_in != turn.state.last.digest()) return;
    auto& known = turn.state.acknowledgements;
    bool const is_known = std::ranges::any_of(
        known, [&](auto const& one) { return one->guardian == opened->value().guardian; });
    if (is_known) return;
    known.push_back(opened.take());
    turn.noted = true;
}

void take_back_acknowledgement(Turn& turn, Envelope const& envelope) {
    auto const opened = Signed<Acknowledgement>::open(envelope, turn.self.key.public_key());
    if (!opened || opened->value().case_id != turn.terms().case_id) return;
    auto& state = turn.state;
    auto const& ours = opened->value();
    // The check-in itself comes in the same pre-vote, and has just been taken.
    if (ours.check_in != state.last.digest()) return;
    if (ours.deadline > state.deadline) {
        // Our disk went back in time. We promised this deadline.
        state.deadline = ours.deadline;
        turn.changed = true;
        turn.tell(
            "rolled-back",
            "this guardian's disk is older than what it signed; its promises were taken back");
    }
    auto const rank = rank_of(state.last);
    if (state.acknowledged && *state.acknowledged >= rank) return;
    // We acknowledged what we hold, so nothing older binds us.
    state.acknowledged = rank;
    turn.changed = true;
}

void take_back_adoption(Turn& turn, Envelope const& envelope) {
    auto opened = Signed<Adoption>::open(envelope, turn.self.key.public_key());
    if (!opened || opened->value().case_id != turn.terms().case_id) return;
    if (turn.state.find_policy(opened->value().motion().policy) == nullptr) return;
    if (has_adopted(turn, opened->value().motion())) return;
    auto const rank = check_subject(turn, opened->value());
    if (!rank) return;
    // What we acknowledged later had freed us from it, so it can never come to q. If it has, we
    // acknowledged with a disk that had gone back in time, and others have released already.
    auto const motion = opened->value().motion();
    auto const others = std::ranges::count_if(
        turn.state.adoptions, [&](auto const& one) { return one.adoption->motion() == motion; });
    bool const is_q = static_cast<std::size_t>(others) + 1 >= turn.state.numbers().q;
    if (turn.state.acknowledged && *rank < *turn.state.acknowledged && !is_q) return;
    follow_subject(turn, opened->value().subject);
    keep(turn, {opened.take(), *rank});
    bind(turn.state, *rank);
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
    // After a roll-back the others may have our share, and think that there is nothing we lack.
    std::optional<Envelope> question;
    if (state.push.attempts % asks_every == asks_every - 1)
        question = make_question(turn, turn.random.bytes<16>());
    for (auto const& other : turn.others()) {
        if (question) {
            turn.send(other, *question);
            tell_policies_of(turn, other, {ours->adoption->policy});
        }
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
