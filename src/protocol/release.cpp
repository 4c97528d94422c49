// Rule 5: shares come out, stage by stage. Nothing undoes a release, and late is never too late.
#include <algorithm>

#include "crypto/hash.hpp"
#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

GivenShare* find_share(State& state, GuardianId const& guardian, unsigned stage) {
    for (auto& one : state.shares) {
        if (one.share->guardian == guardian && one.share->stage == stage) return &one;
    }
    return nullptr;
}

GivenShare const* find_share(State const& state, GuardianId const& guardian, unsigned stage) {
    return find_share(const_cast<State&>(state), guardian, stage);
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

void keep(Turn& turn, Signed<ReleasedShare> share, bool good) {
    auto const guardian = share->guardian;
    auto* known = find_share(turn.state, guardian, share->stage);
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
        turn.state.shares.push_back({std::move(share), good});
}

std::size_t good_shares(State const& state, unsigned stage) {
    return static_cast<std::size_t>(std::ranges::count_if(
        state.shares, [&](auto const& one) { return one.good && one.share->stage == stage; }));
}

void begin_stage(Turn& turn) {
    auto& stages = turn.state.stages;
    stages.push_back({turn.now});
    turn.state.push = {};
    said(turn.state.push, turn.grace(), turn.now);
    turn.changed = true;
    auto const index = static_cast<unsigned>(stages.size() - 1);
    // Ours may be known already, when it was taken back from others after a roll-back.
    if (find_share(turn.state, turn.self.id, index) == nullptr) {
        turn.effects.push_back(GiveShare{*turn.state.decided, index});
    }
}

void begin_due_stages(Turn& turn) {
    auto const& audience = turn.terms().audience;
    auto& stages = turn.state.stages;
    if (stages.empty()) begin_stage(turn);
    while (stages.size() < audience.size() && !stages.back().opened &&
           turn.now >= stages.back().begun + audience[stages.size()].after) {
        begin_stage(turn);
    }
}

void complete_stages(Turn& turn) {
    auto& stages = turn.state.stages;
    for (unsigned i = 0; i < stages.size(); ++i) {
        if (stages[i].complete || good_shares(turn.state, i) < turn.state.numbers().k) continue;
        stages[i].complete = true;
        turn.changed = true;
        turn.effects.push_back(Released{*turn.state.decided, i});
    }
}

void send_own_shares(Turn& turn, GuardianId const& to) {
    for (auto const& one : turn.state.shares) {
        if (one.share->guardian == turn.self.id) turn.send(to, one.share.envelope());
    }
}

bool is_finished(State const& state, GuardianId const& guardian) {
    for (unsigned i = 0; i < state.stages.size(); ++i) {
        if (find_share(state, guardian, i) == nullptr) return false;
    }
    return true;
}

// Whoever has given no share yet may not know that it can: adoptions first, then ours.
void push(Turn& turn) {
    auto& state = turn.state;
    for (unsigned i = 0; i < state.stages.size(); ++i) {
        if (find_share(state, turn.self.id, i) == nullptr)
            turn.effects.push_back(GiveShare{*state.decided, i});
    }
    for (auto const& other : turn.others()) {
        if (!is_finished(state, other)) help_straggler(turn, other);
    }
    said(state.push, turn.grace(), turn.now);
    turn.noted = true;
}

}  // namespace

bool all_finished(State const& state, GuardianId const& self) {
    return is_finished(state, self) &&
           std::ranges::all_of(state.terms().guardians, [&](auto const& guardian) {
               return is_finished(state, guardian.id());
           });
}

bool has_given_share(State const& state, GuardianId const& who) {
    return std::ranges::any_of(state.shares,
                               [&](auto const& one) { return one.share->guardian == who; });
}

void help_straggler(Turn& turn, GuardianId const& who) {
    if (!turn.state.decided || who == turn.self.id) return;
    for (auto const& one : turn.state.adoptions) {
        if (one.adoption->motion() == *turn.state.decided) turn.send(who, one.adoption.envelope());
    }
    send_own_shares(turn, who);
}

void say_released_again(Turn& turn) {
    if (!turn.state.decided) return;
    for (unsigned i = 0; i < turn.state.stages.size(); ++i) {
        if (turn.state.stages[i].complete) turn.effects.push_back(Released{*turn.state.decided, i});
        auto const* ours = find_share(turn.state, turn.self.id, i);
        if (ours == nullptr || !ours->good)
            turn.effects.push_back(GiveShare{*turn.state.decided, i});
    }
}

void on_share(Turn& turn, Envelope const& envelope) {
    auto opened = open_from_guardian<ReleasedShare>(envelope, turn.terms());
    if (!opened) return turn.refuse(opened.error().code);
    auto const& share = opened->value();
    auto const guardian = share.guardian;
    auto const stage = share.stage;
    if (share.policy != turn.state.policy->digest())
        return turn.refuse("policy", turn.state.policy->envelope());
    if (stage >= turn.terms().audience.size()) return turn.refuse("stage");
    bool const good = is_good(turn.terms(), share);
    if (guardian == turn.self.id) {
        bool const known = find_share(turn.state, guardian, stage) != nullptr;
        keep(turn, opened.take(), good);
        // A wrong one is spread as well: every operator shall know whose it is.
        if (!known && turn.state.decided) {
            for (auto const& other : turn.others()) turn.send(other, envelope);
        }
        return;
    }
    keep(turn, opened.take(), good);
    // It pushes until it has ours; and a share is no secret among those who have q adoptions.
    auto const* ours = find_share(turn.state, turn.self.id, stage);
    if (turn.state.decided && ours != nullptr) turn.reply(ours->share.envelope());
}

void run_release(Turn& turn) {
    if (!turn.state.decided) return;
    begin_due_stages(turn);
    complete_stages(turn);
    if (!all_finished(turn.state, turn.self.id) && due(turn.state.push, turn.now)) push(turn);
}

}  // namespace exhibit::protocol
