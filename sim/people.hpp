// Who else acts: the witness when she changes her policy, is forced, or telephones; the people at
// the guardians' machines, true, deceived or malicious; the reader who has it in hand.
#pragma once

#include "sim/malicious.hpp"
#include "sim/world.hpp"

namespace exhibit::sim {

class People {
public:
    People(Surroundings& around, Cast const& cast,
           std::vector<std::unique_ptr<Honest>> const& guardians, Coalition* coalition);

    // Plans what they will do; returns when the last of the witness's changes is signed.
    WallTime plan(WallTime silent_from);
    // Receipts of guardians, for the changes.
    void receive(Message const& message);

private:
    void change(bool forked);
    void change_under_coercion();
    void change_under_duress();
    void sign_change(std::function<void(Policy&)> const& what, bool only_half);
    void send_policy(DocumentDigest const& digest, unsigned tries_left, std::uint64_t to);
    void check_in_under_duress(unsigned more);
    void plan_holds(WallTime silent_from);
    void say_hold(unsigned guardian, unsigned number);
    void plan_calls(WallTime silent_from);
    void call(unsigned guardian);
    void read_and_confirm(unsigned tries_left);
    SignedPolicy const& newest_known() const;
    SignedCheckIn const* last_sent() const;

    Surroundings& around_;
    Cast const& cast_;
    std::vector<std::unique_ptr<Honest>> const& guardians_;
    Coalition* coalition_;
    SeededRandom random_;
    unsigned changes_left_ = 0;
    std::map<DocumentDigest, unsigned> spoken_;  // places told, by check-in
};

}  // namespace exhibit::sim
