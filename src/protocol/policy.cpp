// Rule 6: a change of policy cools off, then each guardian says that it does not object, to one
// digest for each version number. q of them certify it, and a certified policy is taken by everyone
// who sees it, also by one that had dropped it.
//
//   proposal ──cool-off, no word of duress──> no objection ──q of them──> in force
//       └──word of duress──> dropped, and its number burned here
//
// Two certified policies of one version cannot be: that would need a guardian that is honest and
// has signed both (2q > n + f). Of two with different numbers the higher counts.
#include <algorithm>

#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

constexpr std::size_t proposals_max = 4;
constexpr std::size_t not_objected_max = 16;
constexpr std::size_t earlier_max = 16;
// A proposal that never gets q is forgotten after so many times its cool-off.
constexpr std::int64_t patience = 4;

Result<SharedPolicy> open_policy(State const& state, Envelope const& envelope) {
    auto policy = TRY(Signed<Policy>::open(envelope, state.witness()));
    if (policy->case_id != state.terms().case_id)
        return bad_input("belongs to another case").coded("case");
    if (policy->witness != state.witness())
        return bad_input("names another witness").coded("change");
    return share_policy(std::move(policy));
}

Proposal* find_proposal(State& state, DocumentDigest const& digest) {
    for (auto& one : state.proposals) {
        if (one.policy->digest() == digest) return &one;
    }
    return nullptr;
}

bool is_known(std::vector<Signed<NoObjection>> const& words, GuardianId const& guardian) {
    return std::ranges::any_of(words, [&](auto const& one) { return one->guardian == guardian; });
}

// The words for this digest, each of another guardian of the case.
std::vector<Signed<NoObjection>> open_words(State const& state, SharedPolicy const& policy,
                                            std::vector<Envelope> const& envelopes) {
    std::vector<Signed<NoObjection>> words;
    for (auto const& envelope : envelopes) {
        auto word = open_from_guardian<NoObjection>(envelope, state.terms());
        if (!word || word->value().policy != policy->digest()) continue;
        if (!is_known(words, word->value().guardian)) words.push_back(word.take());
    }
    return words;
}

PolicyCertificate certificate_of(Signed<Policy> const& policy,
                                 std::vector<Signed<NoObjection>> const& words) {
    PolicyCertificate certificate{.policy = policy.envelope(), .no_objections = {}};
    for (auto const& word : words) certificate.no_objections.push_back(word.envelope());
    return certificate;
}

Envelope make_word(Turn const& turn, PolicyCertificate certificate) {
    return turn.sign(PolicyWord{turn.terms().case_id, turn.self.id, std::move(certificate)});
}

// A release that has begun, the decision, or an adoption that is ours or of more than f rests on
// it. Shares and adoptions that liars send for old policies must not keep any of them.
bool is_needed(State const& state, GuardianId const& self, DocumentDigest const& policy) {
    auto const* release = state.find_release(policy);
    if (release != nullptr && !release->stages.empty()) return true;
    if (state.decided && state.decided->policy == policy) return true;
    std::size_t adopted = 0;
    for (auto const& one : state.adoptions) {
        if (one.adoption->policy != policy) continue;
        if (one.adoption->guardian == self) return true;
        ++adopted;
    }
    return adopted > std::size_t{4} * state.numbers().f;  // each keeps four (adoption.cpp)
}

Certified const* oldest_unneeded(State const& state, GuardianId const& self) {
    for (auto const& one : state.earlier)
        if (!is_needed(state, self, one.policy->digest())) return &one;
    return nullptr;
}

bool has_room(State const& state, GuardianId const& self) {
    return state.earlier.size() < earlier_max || oldest_unneeded(state, self) != nullptr;
}

// Makes room among the earlier ones for the one in force. False when each of them is needed: then
// the change is not taken, on a case that is released already sixteen times over.
bool make_room(State& state, GuardianId const& self) {
    if (state.earlier.size() < earlier_max) return true;
    auto const* oldest = oldest_unneeded(state, self);
    if (oldest == nullptr) return false;
    auto const digest = oldest->policy->digest();
    // Without its policy nothing could be read back of either.
    std::erase_if(state.releases,
                  [&](Release const& one) { return one.policy->digest() == digest; });
    std::erase_if(state.adoptions,
                  [&](Adopted const& one) { return one.adoption->policy == digest; });
    std::erase_if(state.earlier,
                  [&](Certified const& one) { return one.policy->digest() == digest; });
    return true;
}

// One that another superseded may still be needed: adoptions under it may yet come to q.
void put_in_force(Turn& turn, SharedPolicy policy, std::vector<Signed<NoObjection>> words) {
    auto& state = turn.state;
    if (!make_room(state, turn.self.id)) {
        std::erase_if(state.proposals,
                      [&](auto const& one) { return one.policy->digest() == policy->digest(); });
        turn.changed = true;
        return;
    }
    state.earlier.push_back({std::move(state.policy), std::move(state.certificate)});
    set_policy(state, std::move(policy), std::move(words));
    drop_votes(turn);
    state.failed_rounds = 0;
    turn.changed = true;
    turn.send_others(make_word(turn, *certificate_in_force(state)));
}

// One after the other when two have come to q: adoptions under the lower one may yet, too.
Proposal const* lowest_certified(State const& state) {
    Proposal const* lowest = nullptr;
    for (auto const& one : state.proposals) {
        if (one.words.size() < state.numbers().q) continue;
        if (lowest == nullptr || one.policy->value().version < lowest->policy->value().version)
            lowest = &one;
    }
    return lowest;
}

// One that was in force between two that we took: a release may rest on it.
void remember_earlier(Turn& turn, SharedPolicy policy, std::vector<Signed<NoObjection>> words) {
    auto& earlier = turn.state.earlier;
    if (earlier.size() >= earlier_max) return;
    auto const version = [](Certified const& one) { return one.policy->value().version; };
    auto const place = std::ranges::upper_bound(earlier, policy->value().version, {}, version);
    earlier.insert(place, {std::move(policy), std::move(words)});
    turn.changed = true;
}

// Says when it was taken for the first time, too: it cools off from then.
Outcome propose(Turn& turn, SharedPolicy policy) {
    auto& state = turn.state;
    if (find_proposal(state, policy->digest()) != nullptr) return {};
    auto const& named = policy->value().predecessor;
    auto const before = named && turn.is_in_force(*named) ? *named : state.policy->digest();
    TRY(check_successor(state.terms(), before, policy->value()));
    if (policy->value().version <= state.burned)
        return bad_input("a change of this number was dropped").coded("burned");
    if (!has_room(state, turn.self.id))
        return bad_input("too many changes after the release").coded("too-many");
    if (state.proposals.size() >= proposals_max)
        return bad_input("too many changes are waiting").coded("too-many");
    state.proposals.push_back({std::move(policy), turn.now, {}, {}});
    turn.changed = true;
    return {};
}

bool has_cooled_off(Turn const& turn, Proposal const& proposal) {
    // The cool-off was fixed at init; check_successor keeps it.
    return turn.now >= proposal.since + turn.terms().floors.cool_off;
}

void say_no_objection(Turn& turn, Proposal& proposal) {
    auto& state = turn.state;
    auto const& policy = *proposal.policy;
    auto const same_number = [&](auto const& one) { return one->version == policy->version; };
    auto const known = std::ranges::find_if(state.not_objected, same_number);
    if (known != state.not_objected.end()) {
        // Signed before a roll of events made us forget the words; to another digest: never.
        if ((*known)->policy == policy.digest() && !is_known(proposal.words, turn.self.id))
            proposal.words.push_back(*known);
        return;
    }
    if (state.not_objected.size() >= not_objected_max) return;
    auto word = Signed<NoObjection>::sign({.case_id = turn.terms().case_id,
                                           .guardian = turn.self.id,
                                           .version = policy->version,
                                           .policy = policy.digest(),
                                           .time = turn.now},
                                          turn.self.key);
    state.not_objected.push_back(word);
    proposal.words.push_back(std::move(word));
    proposal.again = {};
    turn.changed = true;
}

void pass_on(Turn& turn, Proposal& proposal) {
    if (!due(proposal.again, turn.now, again_to_stragglers_most)) return;
    turn.send_others(make_word(turn, certificate_of(*proposal.policy, proposal.words)));
    said(proposal.again, turn.grace(), turn.now, again_to_stragglers_most);
    turn.noted = true;
}

bool adoption_under_another_stands(Turn const& turn) {
    return std::ranges::any_of(turn.state.adoptions, [&](Adopted const& one) {
        return one.adoption->guardian == turn.self.id &&
               one.adoption->policy != turn.state.policy->digest();
    });
}

void take_back_no_objection(Turn& turn, Signed<NoObjection> const& word) {
    auto& said = turn.state.not_objected;
    bool const known =
        std::ranges::any_of(said, [&](auto const& one) { return one->version == word->version; });
    if (!known && said.size() < not_objected_max) said.push_back(word);
}

// What came with a proposal that we hold.
void merge_words(Turn& turn, Proposal& proposal, std::vector<Signed<NoObjection>> words) {
    for (auto& word : words) {
        if (is_known(proposal.words, word->guardian)) continue;
        // Our own, before our disk went back in time: it forbids another of this number.
        if (word->guardian == turn.self.id) take_back_no_objection(turn, word);
        proposal.words.push_back(std::move(word));
        turn.changed = true;
    }
}

}  // namespace

void set_policy(State& state, SharedPolicy policy, std::vector<Signed<NoObjection>> words) {
    state.policy = std::move(policy);
    state.certificate = std::move(words);
    auto const version = state.terms().version;
    std::erase_if(state.proposals,
                  [&](auto const& one) { return one.policy->value().version <= version; });
    std::erase_if(state.not_objected, [&](auto const& one) { return one->version <= version; });
}

std::optional<PolicyCertificate> certificate_in_force(State const& state) {
    if (state.terms().version == 1) return std::nullopt;
    return certificate_of(*state.policy, state.certificate);
}

void tell_policies_of(Turn& turn, GuardianId const& who,
                      std::vector<DocumentDigest> const& digests) {
    for (auto const& one : turn.state.earlier) {
        bool const asked = std::ranges::find(digests, one.policy->digest()) != digests.end();
        if (asked && one.policy->value().version > 1)
            turn.send(who, make_word(turn, certificate_of(*one.policy, one.words)));
    }
}

void follow_certificate(Turn& turn, PolicyCertificate const& certificate) {
    auto& state = turn.state;
    if (document_digest(certificate.policy) == state.policy->digest()) return;
    auto opened = open_policy(state, certificate.policy);
    if (!opened || state.find_policy((*opened)->digest()) != nullptr) return;
    auto words = open_words(state, *opened, certificate.no_objections);
    bool const certified = words.size() >= state.numbers().q;
    if ((*opened)->value().version <= state.terms().version) {
        if (certified) remember_earlier(turn, opened.take(), std::move(words));
        return;
    }
    if (certified) return put_in_force(turn, opened.take(), std::move(words));
    // Not certified yet: it cools off here as well, unless its number was burned.
    auto const digest = (*opened)->digest();
    if (!propose(turn, opened.take())) return;
    merge_words(turn, *find_proposal(state, digest), std::move(words));
}

void on_policy(Turn& turn, Envelope const& envelope) {
    auto& state = turn.state;
    auto opened = open_policy(state, envelope);
    if (!opened) return turn.refuse(opened.error().code);
    auto const digest = (*opened)->digest();
    PolicyReceipt receipt{.case_id = turn.terms().case_id,
                          .guardian = turn.self.id,
                          .policy = digest,
                          .in_force = digest == state.policy->digest(),
                          .cooled_off = turn.now,
                          .time = turn.now};
    if (receipt.in_force) {
        // It could still be released under the older one.
        if (adoption_under_another_stands(turn)) return turn.refuse("adopted");
    } else {
        auto const proposed = propose(turn, opened.take());
        if (!proposed) return turn.refuse(proposed.error().code);
        receipt.cooled_off = find_proposal(state, digest)->since + turn.terms().floors.cool_off;
    }
    turn.reply(turn.sign(std::move(receipt)));
}

void on_policy_word(Turn& turn, Envelope const& envelope) {
    auto const opened = open_from_guardian<PolicyWord>(envelope, turn.terms());
    if (!opened) return turn.refuse(opened.error().code);
    auto const& word = opened->value();
    if (word.guardian == turn.self.id) return turn.refuse("guardian");
    follow_certificate(turn, word.certificate);
    // Whoever still passes on what we have taken lacks the words for it.
    auto const claimed = peek<Policy>(word.certificate.policy);
    bool const behind = claimed && claimed->version <= turn.terms().version &&
                        turn.terms().version > 1 &&
                        word.certificate.no_objections.size() < turn.state.numbers().q;
    if (behind && !just_told(turn, turn.state.told, word.guardian))
        turn.send(word.guardian, make_word(turn, *certificate_in_force(turn.state)));
}

void run_policies(Turn& turn) {
    auto& state = turn.state;
    auto const give_up = turn.terms().floors.cool_off * patience;
    // What has just come to q is certified, however late.
    auto const given_up = std::erase_if(state.proposals, [&](Proposal const& one) {
        return turn.now >= one.since + give_up && one.words.size() < state.numbers().q;
    });
    auto const over =
        std::erase_if(state.dropped, [&](auto const& one) { return has_cooled_off(turn, one); });
    if (given_up + over > 0) turn.changed = true;
    for (auto& proposal : state.proposals) {
        if (has_cooled_off(turn, proposal)) say_no_objection(turn, proposal);
        pass_on(turn, proposal);
    }
    while (auto const* certified = lowest_certified(state)) {
        // Copies: what is in force is no proposal any more.
        auto policy = certified->policy;
        auto words = certified->words;
        put_in_force(turn, std::move(policy), std::move(words));
    }
}

void burn_proposals(Turn& turn) {
    auto& state = turn.state;
    if (state.proposals.empty()) return;
    for (auto const& one : state.proposals)
        state.burned = std::max(state.burned, one.policy->value().version);
    std::ranges::move(state.proposals, std::back_inserter(state.dropped));
    if (state.dropped.size() > proposals_max) state.dropped.resize(proposals_max);
    state.proposals.clear();
    turn.changed = true;
}

std::optional<WallTime> policies_wake(State const& state) {
    std::optional<WallTime> at;
    auto const earlier = [&](WallTime time) { at = at ? std::min(*at, time) : time; };
    for (auto const& one : state.proposals) {
        auto const cooled = one.since + state.terms().floors.cool_off;
        bool const signed_it = std::ranges::any_of(state.not_objected, [&](auto const& word) {
            return word->version == one.policy->value().version;
        });
        if (!signed_it) earlier(cooled);
        earlier(one.again.next);
    }
    return at;
}

}  // namespace exhibit::protocol
