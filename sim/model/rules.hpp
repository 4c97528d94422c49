// The guardians' rules 1 to 8, stated a second time and as directly as can be: who may do what in a
// given state. Nothing here is shared with src/protocol, so that the two can disagree.
//
// Motion: what votes and adoptions name, one bit each: a check-in with its hold number and a
// policy, or a release-now with a policy.
//
// The malicious sign everything, hold back everything and deliver when they like: whatever is
// counted is counted with their full number. Votes may be as old as they like, although a real
// asker forgets them after one (doubled) grace: more can happen here than in the world.
#pragma once

#include "sim/model/world.hpp"

namespace exhibit::model {

struct Subject {
    int check_in = 0;
    int hold = 0;
    int release_now = 0;  // 0: the check-in
    int policy = 0;
};
Subject subject_of(Bounds const& bounds, int motion);
int motion_of(Bounds const& bounds, Subject const& subject);
int motion_of(Bounds const& bounds, Guardian const& guardian);
constexpr std::uint64_t bit(int motion) { return std::uint64_t{1} << motion; }
// Adoptions of check-ins older than this one that still stand.
constexpr unsigned older_standing(Guardian const& guardian, int check_in) {
    return guardian.standing & ((1u << check_in) - 1);
}

// Policies 0 (the first), 1 (2a), 2 (2b), 3 (3, after 2a).
constexpr int version_of(int policy) { return policy == 0 ? 1 : policy == 3 ? 3 : 2; }
constexpr int predecessor_of(int policy) { return policy == 3 ? 1 : 0; }

// What may be done.
class Rules {
public:
    Rules(Bounds const& bounds, World const& world) : bounds_(bounds), world_(world) {}

    int clock(Guardian const& guardian) const;
    int honest() const { return bounds_.honest(); }

    // Rule 1.
    bool too_new(Guardian const& guardian, int check_in) const;
    bool may_take(Guardian const& guardian, int check_in) const;
    bool may_acknowledge_last(Guardian const& guardian) const;
    bool is_done(int check_in) const;  // the client can have been told so
    // Rules 2 and 3.
    bool passed(Guardian const& guardian) const;
    // Rule 4. `acknowledgements` of #check_in are shown.
    bool may_adopt(Guardian const& guardian) const;
    bool may_be_freed(Guardian const& guardian, int check_in, int acknowledgements) const;
    std::uint64_t adopted_by(int least) const;  // motions that so many honest guardians adopted
    std::uint64_t shares_out() const;           // motions for which a share may have left
    // Rule 6.
    bool may_receive(Guardian const& guardian, int policy) const;
    bool may_endorse(Guardian const& guardian, int policy) const;
    bool may_take_policy(Guardian const& guardian, int policy) const;
    bool is_certified(int policy) const;
    bool policy_is_done(int policy) const;
    // Rules 7 and 8.
    bool may_take_release_now(Guardian const& guardian, int which) const;
    bool may_take_hold(Guardian const& guardian, int number) const;

protected:
    int base(Guardian const& guardian, int check_in) const;
    bool adopted_under_older(Guardian const& guardian, int policy) const;

    Bounds const& bounds_;

private:
    bool heard_others(Guardian const& guardian) const;

    World const& world_;
};

// Doing it.
class Deeds : public Rules {
public:
    Deeds(Bounds const& bounds, World& world) : Rules(bounds, world), world_(world) {}

    void take(Guardian& guardian, int check_in, bool acknowledge) const;
    void vote_all() const;  // everybody who may
    void adopt(Guardian& guardian) const;
    void free(Guardian& guardian, int check_in) const;
    void receive(Guardian& guardian, int policy) const;
    void take_policy(Guardian& guardian, int policy) const;
    void take_release_now(Guardian& guardian, int which) const;
    void take_hold(Guardian& guardian, int number) const;
    void roll_back(Guardian& guardian) const;

private:
    World& world_;
};

}  // namespace exhibit::model
