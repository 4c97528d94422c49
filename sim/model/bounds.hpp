// What is explored: how many guardians of what temper, how much may happen to them, and how the
// rules are read.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace exhibit::model {

constexpr int guardians_max = 5;  // honest ones; the malicious have no state
constexpr int check_ins_max = 3;  // after #0, which everybody holds at the start
constexpr int policies_max = 3;   // after the first: 2a, 2b and 3 (after 2a)
constexpr int forever = 1000;     // a time by which every deadline has passed

struct Numbers {
    int n = 4, k = 2, q = 3, f = 1;
    int acknowledgements() const { return n - q + f + 1; }
};

// The rules, deliberately broken. Each must be found, or the model would see nothing.
enum class Break {
    none,
    quorum_is_k,
    one_acknowledgement_fewer,
    certificate_outlives,   // the draft without adoption: q votes, however old, give shares
    adopted_acknowledges,   // a newer check-in than the one adopted
    adopted_votes_at_once,  // on a newer check-in, before its deadline
    share_on_quorum,        // one adoption is enough
    policy_unsigned,        // one's own cool-off, and nobody else's signature
    cool_off_by_the_new,    // the new policy says how long it cools off: not at all
    retiming_as_policy,     // taken as it comes
    holds_as_check_ins,     // any newer hold, at most two of them
    release_now_undone,     // by a check-in from a drawer
    no_question_after_a_roll_back,
    adopted_stays_behind,  // does not follow newer check-ins
};

// Where the text can be read in two ways. The defaults are the repaired rules.
struct Readings {
    bool hold_adds = false;         // a hold adds an interval to the deadline, whatever that is now
    bool newest_hold_only = false;  // hold 2 is passed on without hold 1
    bool base_by_own_clock = false;   // deadline from min(τ, now), not from τ
    bool release_now_strict = false;  // refused when it names an older policy than the guardian's
    bool check_in_strict = false;     // likewise
    bool newest_adoption_binds = false;  // an adoption of #1 sets free from one of #0
    bool newest_word_only = false;  // of its adoptions a rolled-back guardian is told the newest
    bool older_policy_acknowledged = false;  // who adopted under the older acknowledges the newer
};

struct Bounds {
    Numbers numbers;
    int malicious = 1;
    // What may happen, at most.
    int check_ins = 1;
    int holds = 0;  // numbers 1 to this, on every check-in
    int policies = 0;
    int release_nows = 0;
    int drops = 0;      // duress signals that reach a guardian
    int jumps = 0;      // of honest clocks
    int rollbacks = 0;  // to the state in which the case began
    int dead = 0;       // honest guardians that say nothing after the network has healed
    // Ticks.
    int interval = 1, grace = 1, cool_off = 1, horizon = 4;
    std::vector<int> offsets = {0};    // that a clock may have; the first at the start
    bool any_start = false;            // ... or any of them
    int fast_max = 0;                  // honest clocks that may ever be fast by more than grace
    int fast_at_once = guardians_max;  // ... of these at any one time
    // How it is explored.
    bool liveness = false;       // heal the network at the horizon, and go on
    bool clock_after = false;    // after healing time passes tick by tick, not all at once
    bool pre_vote = false;       // who adopts has heard q − 1 others: fewer runs, truer traces
    bool lazy = false;           // check-ins may be followed before they are acknowledged
    bool word_is_known = false;  // before a roll-back the others knew the guardian's newest word
    bool policy_done = false;    // check also that a policy called done is not outvoted by an older
    bool raw = false;            // no normal form but the order of guardians
    Break broken = Break::none;
    Readings readings;
    double memory_gib = 2;

    int honest() const { return numbers.n - malicious; }
    int quorum() const { return broken == Break::quorum_is_k ? numbers.k : numbers.q; }
    int acknowledgements() const {
        return numbers.acknowledgements() - (broken == Break::one_acknowledgement_fewer ? 1 : 0);
    }
    int hold_numbers() const { return broken == Break::holds_as_check_ins ? 4 : holds + 1; }
    int policy_numbers() const { return policies + 1; }
    int check_in_motions() const { return (check_ins + 1) * hold_numbers() * policy_numbers(); }
    int motions() const { return check_in_motions() + release_nows * policy_numbers(); }
    std::string numbers_text() const;
};

// From the words of a command line. What is wrong with them is printed, and nothing returned.
std::optional<Bounds> read_bounds(std::vector<std::string> const& words);
std::string bounds_help();

}  // namespace exhibit::model
