// Rule 5: shares come out, stage by stage. Nothing undoes a release, and late is never too late.
#include <algorithm>

#include "crypto/hash.hpp"
#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

GivenShare* find_share(Release& release, GuardianId const& guardian, unsigned stage) {
    for (auto& one : release.shares) {
        if (one.share->guardian == guardian && one.share->stage == stage) return &one;
    }
    return nullptr;
}

GivenShare const* find_share(Release const& release, GuardianId const& guardian, unsigned stage) {
    return find_share(const_cast<Release&>(release), guardian, stage);
}

// For everyone the words are checked against the digest that the policy names. For named recipients
// the share is encrypted to them and to nobody else: that each has a file is all that can be seen.
bool is_good(Policy const& terms, ReleasedShare const& share) {
    auto const& stage = terms.stage(share.stage);
    if (stage.who == AudienceStage::Who::everyone) {
        return share.words &&
               DocumentDigest(sha256(*share.words)) == terms.find(share.guardian)->share_digest;
    }
    return !share.words && std::ranges::all_of(stage.recipients, [&](std::string const& recipient) {
        return std::ranges::any_of(share.encrypted, [&](auto const& one) {
            return one.recipient == recipient && !one.age_file.empty();
        });
    });
}

// Shares may come before we know that we may give ours: they are kept, and release nothing.
Release& release_under(State& state, SharedPolicy const& policy) {
    auto const version = [](Release const& one) { return one.policy->value().version; };
    auto const place =
        std::ranges::lower_bound(state.releases, policy->value().version, {}, version);
    if (place != state.releases.end() && place->policy->digest() == policy->digest()) return *place;
    return *state.releases.insert(place, Release{policy});
}

void keep(Turn& turn, Release& release, Signed<ReleasedShare> share, bool good) {
    auto const guardian = share->guardian;
    auto* known = find_share(release, guardian, share->stage);
    if (known != nullptr && (known->good || !good)) return;
    if (!good) {
        bool const ours = guardian == turn.self.id;
        turn.tell("wrong-share", (ours ? std::string("our own share")
                                       : "the share of " + published_name(guardian)) +
                                     " is not the one that the policy names; it is not counted");
    }
    turn.changed = true;
    if (known != nullptr)
        *known = {std::move(share), good};
    else
        release.shares.push_back({std::move(share), good});
}

std::size_t good_shares(Release const& release, unsigned stage) {
    return static_cast<std::size_t>(std::ranges::count_if(
        release.shares, [&](auto const& one) { return one.good && one.share->stage == stage; }));
}

GiveShare give(Turn const& turn, Release const& release, unsigned stage) {
    return {*turn.state.decided, release.policy->digest(), stage};
}

void begin_stage(Turn& turn, Release& release) {
    release.stages.push_back({turn.now});
    turn.state.push = {};
    said(turn.state.push, turn.grace(), turn.now);
    turn.changed = true;
    auto const stage = static_cast<unsigned>(release.stages.size() - 1);
    // Ours may be known already, when it was taken back from others after a roll-back.
    if (find_share(release, turn.self.id, stage) == nullptr)
        turn.effects.push_back(give(turn, release, stage));
}

void begin_due_stages(Turn& turn, Release& release) {
    auto const& audience = release.policy->value().audience;
    auto& stages = release.stages;
    if (stages.empty() && !audience.empty()) begin_stage(turn, release);
    while (!stages.empty() && stages.size() < audience.size() && !stages.back().opened &&
           turn.now >= stages.back().begun + audience[stages.size()].after) {
        begin_stage(turn, release);
    }
}

void complete_stages(Turn& turn, Release& release) {
    for (unsigned i = 0; i < release.stages.size(); ++i) {
        auto& stage = release.stages[i];
        if (stage.complete || good_shares(release, i) < turn.state.numbers().k) continue;
        stage.complete = true;
        turn.changed = true;
        turn.effects.push_back(Released{*turn.state.decided, release.policy->digest(), i});
    }
}

bool is_finished(State const& state, GuardianId const& guardian) {
    return std::ranges::all_of(state.releases, [&](Release const& release) {
        for (unsigned i = 0; i < release.stages.size(); ++i) {
            if (find_share(release, guardian, i) == nullptr) return false;
        }
        return true;
    });
}

// Which policies are released: those that q guardians have adopted a motion under, since others may
// have seen those adoptions first; and the one in force, when it was certified after that. What is
// released cannot be called back, so a wider audience needs no second vote.
std::vector<SharedPolicy> released_policies(State const& state) {
    std::vector<SharedPolicy> released;
    unsigned lowest = policy_version_max;
    auto const consider = [&](SharedPolicy const& policy) {
        if (!adopted_by_q(state, policy->digest())) return;
        released.push_back(policy);
        lowest = std::min(lowest, policy->value().version);
    };
    for (auto const& one : state.earlier) consider(one.policy);
    consider(state.policy);
    bool const there = !released.empty() && released.back() == state.policy;
    if (!there && state.terms().version > lowest) released.push_back(state.policy);
    return released;
}

bool all_complete(State const& state) {
    return std::ranges::all_of(state.releases, [](Release const& release) {
        return std::ranges::all_of(release.stages, &Stage::complete);
    });
}

// Whoever has given no share yet may not know that it can: adoptions first, then ours.
void push(Turn& turn) {
    auto& state = turn.state;
    for (auto const& release : state.releases) {
        for (unsigned i = 0; i < release.stages.size(); ++i) {
            if (find_share(release, turn.self.id, i) == nullptr)
                turn.effects.push_back(give(turn, release, i));
        }
    }
    for (auto const& other : turn.others()) {
        if (!is_finished(state, other)) help_straggler(turn, other);
    }
    // A share that is still missing may be one of the k.
    if (all_complete(state))
        said(state.push, turn.grace() * 4, turn.now, again_when_complete_most);
    else
        said(state.push, turn.grace(), turn.now, again_to_stragglers_most);
    turn.noted = true;
}

// Null when it is not one of this stage's readers, or nothing of it is begun.
Stage* stage_opened(State& state, Opened const& opened) {
    for (auto& release : state.releases) {
        if (release.policy->digest() != opened.policy || opened.stage >= release.stages.size())
            continue;
        auto const& readers = release.policy->value().stage(opened.stage).confirm;
        if (std::ranges::find(readers, opened.reader) == readers.end()) return nullptr;
        return &release.stages[opened.stage];
    }
    return nullptr;
}

}  // namespace

bool all_finished(State const& state, GuardianId const& self) {
    return is_finished(state, self) &&
           std::ranges::all_of(state.terms().guardians, [&](auto const& guardian) {
               return is_finished(state, guardian.id());
           });
}

bool has_given_share(State const& state, GuardianId const& who) {
    return std::ranges::any_of(state.releases, [&](Release const& release) {
        return std::ranges::any_of(release.shares,
                                   [&](auto const& one) { return one.share->guardian == who; });
    });
}

// One that asks in haste, because its line is slow, gets an answer a minute: each is q adoptions.
void help_straggler(Turn& turn, GuardianId const& who) {
    auto& state = turn.state;
    if (!state.decided || who == turn.self.id || just_told(turn, state.helped, who)) return;
    std::vector<Envelope> adoptions;
    std::vector<DocumentDigest> policies;
    for (auto const& one : state.adoptions) {
        auto const motion = one.adoption->motion();
        bool const decided =
            motion == *state.decided || motion == adopted_by_q(state, motion.policy);
        if (!decided) continue;
        adoptions.push_back(one.adoption.envelope());
        policies.push_back(motion.policy);
    }
    tell_policies_of(turn, who, policies);
    for (auto const& envelope : adoptions) turn.send(who, envelope);
    if (state.terms().version > 1) turn.send(who, tell_all_we_know(turn));
    for (auto const& release : state.releases) {
        for (auto const& one : release.shares) {
            if (one.share->guardian == turn.self.id) turn.send(who, one.share.envelope());
        }
        for (auto const& stage : release.stages) {
            if (stage.opened) turn.send(who, stage.opened->envelope());
        }
    }
}

void say_released_again(Turn& turn) {
    if (!turn.state.decided) return;
    for (auto const& release : turn.state.releases) {
        for (unsigned i = 0; i < release.stages.size(); ++i) {
            if (release.stages[i].complete)
                turn.effects.push_back(Released{*turn.state.decided, release.policy->digest(), i});
            auto const* ours = find_share(release, turn.self.id, i);
            if (ours == nullptr || !ours->good) turn.effects.push_back(give(turn, release, i));
        }
    }
}

void on_share(Turn& turn, Envelope const& envelope) {
    auto& state = turn.state;
    auto opened = open_from_guardian<ReleasedShare>(envelope, turn.terms());
    if (!opened) return turn.refuse(opened.error().code);
    auto const& share = opened->value();
    auto const guardian = share.guardian;
    auto const stage = share.stage;
    auto const policy = state.find_policy(share.policy);
    if (policy == nullptr) return turn.refuse("policy", tell_all_we_know(turn));
    if (stage >= policy->value().audience.size()) return turn.refuse("stage");
    auto& release = release_under(state, policy);
    bool const good = is_good(policy->value(), share);
    if (guardian == turn.self.id) {
        bool const known = find_share(release, guardian, stage) != nullptr;
        keep(turn, release, opened.take(), good);
        // A wrong one is spread as well: every operator shall know whose it is.
        if (!known && state.decided) turn.send_others(envelope);
        return;
    }
    keep(turn, release, opened.take(), good);
    // It pushes until it has ours; and a share is no secret among those who have q adoptions.
    auto const* ours = find_share(release, turn.self.id, stage);
    if (state.decided && ours != nullptr) turn.reply(ours->share.envelope());
}

void on_opened(Turn& turn, Envelope const& envelope) {
    auto const claimed = peek<Opened>(envelope);
    if (!claimed) return turn.refuse(claimed.error().code);
    if (claimed->case_id != turn.terms().case_id) return turn.refuse("case");
    auto opened = Signed<Opened>::open(envelope, claimed->reader);
    if (!opened) return turn.refuse(opened.error().code);
    auto* stage = stage_opened(turn.state, opened->value());
    if (stage == nullptr) return turn.refuse("reader");
    auto const digest = opened->digest();
    if (!stage->opened) {
        stage->opened = opened.take();
        turn.changed = true;
    }
    turn.reply(sign_acknowledgement(turn, digest));
}

// One that does not know it goes on to the next stage, and that cannot be undone.
void spread_opened(Turn& turn, Stage& stage) {
    if (!stage.opened || !due(stage.opened_again, turn.now, again_to_stragglers_most)) return;
    auto const others = turn.others();
    if (stage.opened_known.size() >= others.size()) return;
    for (auto const& other : others) {
        if (std::ranges::find(stage.opened_known, other) == stage.opened_known.end())
            turn.send(other, stage.opened->envelope());
    }
    said(stage.opened_again, turn.grace(), turn.now, again_to_stragglers_most);
    turn.noted = true;
}

bool note_opened_known(Turn& turn, Acknowledgement const& word) {
    for (auto& release : turn.state.releases) {
        for (auto& stage : release.stages) {
            if (!stage.opened || stage.opened->digest() != word.check_in) continue;
            auto& known = stage.opened_known;
            if (std::ranges::find(known, word.guardian) == known.end())
                known.push_back(word.guardian);
            turn.noted = true;
            return true;
        }
    }
    return false;
}

std::optional<WallTime> opened_wake(State const& state) {
    std::optional<WallTime> at;
    for (auto const& release : state.releases) {
        for (auto const& stage : release.stages) {
            if (!stage.opened || stage.opened_known.size() + 1 >= state.numbers().n) continue;
            at = std::min(at.value_or(stage.opened_again.next), stage.opened_again.next);
        }
    }
    return at;
}

void run_release(Turn& turn) {
    auto& state = turn.state;
    if (!state.decided) return;
    for (auto const& policy : released_policies(state)) {
        auto& release = release_under(state, policy);
        begin_due_stages(turn, release);
        complete_stages(turn, release);
    }
    for (auto& release : state.releases)
        for (auto& stage : release.stages) spread_opened(turn, stage);
    if (all_finished(state, turn.self.id)) return;
    if (due(state.push, turn.now, again_when_complete_most)) push(turn);
}

}  // namespace exhibit::protocol
