// What really happened in a life, seen from outside: what the checkers of promises/ judge by.
// Written by the parts of the simulator as things happen; no guardian and no witness ever reads it.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "protocol/step.hpp"
#include "sim/options.hpp"

namespace exhibit::sim {

using protocol::Rank;

struct Broken {
    std::string promise;  // the name of its checker
    std::string why;
    WallTime when;
};

struct SignedCheckIn {
    std::string name;  // "#0", "#1", … for the trace
    DocumentDigest digest;
    Rank rank;
    Envelope envelope;
    WallTime claimed;
    WallTime signed_at;  // true time
    Duration interval, grace;
    bool corrected = false;                // its time is the median of guardians' clocks
    std::set<unsigned> acknowledged = {};  // by whom, as the client has counted
    bool done = false;                     // the client was told so
};

struct SignedPolicy {
    std::string name;  // "P1", "P2", …
    protocol::SharedPolicy policy;
    WallTime signed_at;
    std::set<unsigned> in_force = {};  // with whom, as the client has counted
    bool done = false;                 // the client was told so
    unsigned version() const { return policy->value().version; }
};

struct ShareOut {
    unsigned guardian = 0;
    WallTime when;
    Motion motion;
    unsigned version = 1;  // of the policy whose audience it is for
    unsigned stage = 0;    // of that audience
};

// Of one honest guardian.
struct Words {
    struct Acknowledged {
        Rank rank;
        WallTime deadline;
    };
    std::vector<Acknowledged> acknowledged;               // signed, and out
    std::vector<Acknowledged> acknowledged_under_duress;  // to whoever holds the device
    std::vector<Motion> adopted;
    std::map<unsigned, std::set<DocumentDigest>> not_objected;  // by version
    bool rolled_back = false;
    bool dead = false;
    std::set<std::pair<unsigned, unsigned>> released;  // version, stage
    bool released_without_key = false;
    std::optional<Motion> decided;
    std::optional<WallTime> opened_known_at;  // has acknowledged that a reader has it in hand
};

struct History {
    explicit History(unsigned guardians) : words(guardians), honest(guardians, true) {}

    std::vector<SignedCheckIn> check_ins;
    std::vector<SignedCheckIn> under_duress;  // in the shadow ledger only
    std::vector<SignedPolicy> policies;       // P1 first
    std::vector<SignedPolicy> forced;         // policies in shadow ledgers only
    // By check-in: the most intervals that words of people, true or deceived, may have added.
    std::map<DocumentDigest, unsigned> held;
    bool opened = false;  // a reader has it in hand: the next stage need not follow
    std::set<DocumentDigest> opened_words;
    std::optional<WallTime> release_now;  // signed at
    std::vector<Rank> release_nows;       // signed anew when the policy has changed
    std::vector<ShareOut> shares;         // of honest guardians
    std::vector<Words> words;
    std::vector<bool> honest;
    WallTime healed_at = WallTime::from_ms(INT64_MAX);
    bool over = false;  // the life has run its time: liveness is judged

    bool is_release_now(DocumentDigest const& digest) const {
        return std::ranges::find(release_nows, digest, &Rank::digest) != release_nows.end();
    }
    // Of what a guardian adopted: a check-in, or else a word to release now.
    Rank rank_of(DocumentDigest const& subject) const {
        if (auto const* check_in = find(subject)) return check_in->rank;
        auto const now = std::ranges::find(release_nows, subject, &Rank::digest);
        return now != release_nows.end() ? *now : Rank{true, {}, subject};
    }
    SignedCheckIn const* find(DocumentDigest const& digest) const {
        for (auto const* list : {&check_ins, &under_duress})
            for (auto const& one : *list)
                if (one.digest == digest) return &one;
        return nullptr;
    }
    SignedPolicy* find_forced(DocumentDigest const& digest) {
        for (auto& one : forced)
            if (one.policy->digest() == digest) return &one;
        return nullptr;
    }
    // What the client is told to be in force: of the shadow where that is further. A forced one
    // when f + 1 say so.
    SignedPolicy const& in_force(Quorum const& numbers) const {
        auto const* newest = &policies.front();
        for (auto const& one : policies)
            if (!one.in_force.empty() && one.version() > newest->version()) newest = &one;
        for (auto const& one : forced)
            if (one.in_force.size() > numbers.f && one.version() > newest->version()) newest = &one;
        return *newest;
    }
    SignedPolicy* find_policy(DocumentDigest const& digest) {
        for (auto& one : policies)
            if (one.policy->digest() == digest) return &one;
        return nullptr;
    }
    SignedCheckIn* find(DocumentDigest const& digest) {
        return const_cast<SignedCheckIn*>(std::as_const(*this).find(digest));
    }
};

}  // namespace exhibit::sim
