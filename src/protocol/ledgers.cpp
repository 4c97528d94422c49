#include "protocol/ledgers.hpp"

#include <algorithm>

#include "protocol/turn.hpp"

namespace exhibit::protocol {
namespace {

bool is_signed_by(Envelope const& envelope, PublicKey const& key) {
    auto copy = envelope;
    return keep_signature_of(copy, key);
}

// The document of the witness in it, if it is or brings one: what decides whose it is.
std::optional<Envelope> word_of_witness(Envelope const& envelope) {
    auto const& kind = envelope.payload_type;
    if (kind == CheckIn::kind || kind == ReleaseNow::kind || kind == Policy::kind) return envelope;
    if (kind != PolicyWord::kind) return std::nullopt;
    auto const word = peek<PolicyWord>(envelope);
    if (!word) return std::nullopt;
    return word->certificate.policy;
}

bool is_of_duress(Ledgers const& ledgers, Event const& event) {
    auto const* received = std::get_if<Received>(&event);
    if (received == nullptr) return false;
    auto const word = word_of_witness(received->envelope);
    if (!word) return false;
    // What comes again, from each of the others, needs no signature checked to find its ledger.
    auto const digest = document_digest(*word);
    if (digest == ledgers.truth.last.digest()) return false;
    if (digest == ledgers.shadow.last.digest()) return true;
    return !is_signed_by(*word, ledgers.truth.terms().witness) &&
           is_signed_by(*word, *ledgers.shadow.speaker);
}

// Old words of duress in a malicious guardian's drawer would burn every change for ever.
bool is_fresh(Envelope const& envelope, State const& shadow, WallTime now) {
    auto const near = [&](WallTime claimed) {
        auto const most = shadow.last->grace / 4;
        return claimed <= now + most && claimed + most >= now;
    };
    if (auto const one = peek<CheckIn>(envelope)) return near(one->claimed);
    if (auto const one = peek<ReleaseNow>(envelope)) return near(one->claimed);
    return false;
}

// What both must show alike, because whoever holds the device can see it answered.
void copy_truth(State const& truth, State& shadow) {
    if (rank_of(shadow.last) < rank_of(truth.last)) {
        shadow.last = truth.last;
        shadow.acknowledged = truth.acknowledged;
    }
    shadow.deadline = std::max(shadow.deadline, truth.deadline);
    shadow.hold = shadow.last.digest() == truth.last.digest() ? truth.hold : 0;
    if (shadow.terms().version < truth.terms().version)
        set_policy(shadow, truth.policy, truth.certificate);
    if (truth.release_now) shadow.release_now = truth.release_now;
    shadow.bound = truth.bound;
    shadow.decided = truth.decided;
    shadow.restart = truth.restart;
}

Step step_shadow(Self const& self, State state, Event const& event, WallTime now, Random& random) {
    Turn turn{.self = self, .state = std::move(state), .now = now, .random = random};
    if (auto const* received = std::get_if<Received>(&event)) {
        auto const& envelope = received->envelope;
        auto const& kind = envelope.payload_type;
        if (kind == CheckIn::kind) on_check_in(turn, envelope);
        if (kind == ReleaseNow::kind) on_release_now(turn, envelope);
        if (kind == Policy::kind) on_policy(turn, envelope);
        if (kind == PolicyWord::kind) on_policy_word(turn, envelope);
    }
    take_waiting(turn);
    run_policies(turn);
    return {std::move(turn.state), turn.changed, turn.noted, std::move(turn.effects), {}};
}

WallTime shadow_wake(State const& shadow, WallTime now) {
    auto at = WallTime::from_ms(INT64_MAX);
    auto const earlier = [&](WallTime time) {
        if (time > now) at = std::min(at, time);
    };
    if (!shadow.waiting.empty())
        earlier(shadow.waiting.front()->claimed - shadow.waiting.front()->grace / 4);
    if (auto const policies = policies_wake(shadow)) earlier(*policies);
    return at;
}

}  // namespace

Ledgers with_shadow(State truth, PublicKey const& duress) {
    auto shadow = truth;
    shadow.speaker = duress;
    return {std::move(truth), std::move(shadow)};
}

LedgersStep step(Self const& self, Ledgers ledgers, Event const& event, WallTime now,
                 Random& random) {
    now = within_documents(now);
    bool const duress = is_of_duress(ledgers, event);
    auto shadow =
        step_shadow(self, std::move(ledgers.shadow), duress ? event : Event(Tick{}), now, random);
    auto const* received = std::get_if<Received>(&event);
    bool const counts =
        duress && (shadow.changed || is_fresh(received->envelope, shadow.next, now));
    auto truth_event = !duress ? event : counts ? Event(WordOfDuress{}) : Event(Tick{});
    auto const shown = shadow.next.policy->digest();
    auto truth = step(self, std::move(ledgers.truth), truth_event, now, random, shown);
    copy_truth(truth.next, shadow.next);
    auto const wake_at = std::min(truth.wake_at, shadow_wake(shadow.next, now));
    LedgersStep both{.next = {std::move(truth.next), std::move(shadow.next)},
                     .changed = truth.changed || shadow.changed,
                     .noted = truth.noted || shadow.noted,
                     .effects = std::move(truth.effects),
                     .wake_at = wake_at,
                     .shown = shown};
    std::ranges::move(shadow.effects, std::back_inserter(both.effects));
    return both;
}

}  // namespace exhibit::protocol
