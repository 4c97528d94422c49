#include "sim/people.hpp"

#include <algorithm>

#include "sim/documents.hpp"

namespace exhibit::sim {
namespace {

constexpr unsigned policy_tries = 60;

}  // namespace

People::People(Surroundings& around, Cast const& cast,
               std::vector<std::unique_ptr<Honest>> const& guardians, Coalition* coalition)
    : around_(around),
      cast_(cast),
      guardians_(guardians),
      coalition_(coalition),
      random_(around.options.seed * 64 + 61) {}

WallTime People::plan(WallTime silent_from) {
    auto const& o = around_.options;
    auto& dice = around_.dice;
    auto last = birth;
    changes_left_ = o.policy_changes;
    for (unsigned i = 0; i < o.policy_changes; ++i) {
        // The last of two may come after the release, and widens it.
        auto const most = i == 1 ? Duration::days(14) : silent_from - birth + o.interval;
        auto const at = birth + Duration::hours(1) + upto(dice, most);
        last = std::max(last, at);
        around_.clockwork.at(at, [this] { change(false); });
        if (o.forks_policy && i == 0)
            around_.clockwork.at(at + upto(dice, Duration::hours(3)), [this] { change(true); });
    }
    if (o.coerced_change) {
        auto const at = birth + Duration::hours(2) + upto(dice, Duration::days(3));
        last = std::max(last, at);
        around_.clockwork.at(at, [this] { change_under_coercion(); });
    } else if (o.coerced) {
        if (o.forced_change) {
            around_.clockwork.at(birth + Duration::hours(2) + upto(dice, Duration::days(1)),
                                 [this] { change_under_duress(); });
        }
        around_.clockwork.at(birth + upto(dice, silent_from - birth + o.interval * 2),
                             [this] { check_in_under_duress(6); });
    }
    plan_holds(silent_from);
    if (o.codes) plan_calls(silent_from);
    if (o.reads)
        around_.clockwork.at(silent_from + upto(dice, Duration::days(8)),
                             [this] { read_and_confirm(40); });
    return last;
}

SignedPolicy const& People::newest_known() const {
    return around_.history.in_force(around_.options.numbers);
}

void People::change(bool forked) {
    auto const& o = around_.options;
    if (!forked) --changes_left_;
    bool const cancel = o.cancels && changes_left_ == 0 && !forked;
    auto const what = [&](Policy& next) {
        if (cancel) {
            next.cancelled = true;
            next.audience.clear();
            return;
        }
        AudienceStage everyone;
        everyone.who = AudienceStage::Who::everyone;
        next.audience = {everyone};
        if (around_.dice() % 2 == 0) {
            AudienceStage named;
            named.recipients = {"age1newsroom"};
            next.audience = {named};
        }
        next.created = around_.clockwork.now();
    };
    sign_change(what, forked || o.forks_policy);
}

// Whoever forces her wants it for himself; she signs with the true key, and speaks with the other
// passphrase as soon as she can.
void People::change_under_coercion() {
    sign_change(
        [&](Policy& next) {
            AudienceStage captor;
            captor.recipients = {"age1captor"};
            next.audience = {captor};
            // He would rather not wait for a week.
            if (around_.dice() % 2 == 0) next.floors.cool_off = Duration::hours(1);
            next.created = around_.clockwork.now();
        },
        false);
    around_.clockwork.after(upto(around_.dice, Duration::days(3)),
                            [this] { check_in_under_duress(3); });
}

// The same with the other passphrase: it comes into force in what the device is shown, and nowhere
// else.
void People::change_under_duress() {
    auto& history = around_.history;
    auto next = newest_known().policy->value();
    for (auto const& one : history.policies) next.version = std::max(next.version, one.version());
    ++next.version;
    next.predecessor = newest_known().policy->digest();
    next.witness = cast_.duress.public_key();
    AudienceStage captor;
    captor.recipients = {"age1captor"};
    next.audience = {captor};
    next.created = around_.clockwork.now();
    auto policy = protocol::share_policy(Signed<Policy>::sign(std::move(next), cast_.duress));
    history.forced.push_back(
        {"F" + std::to_string(history.forced.size() + 1), policy, around_.clockwork.now()});
    if (around_.trace)
        around_.tell(around_.witness,
                     "is forced to sign version " + std::to_string(policy->value().version));
    send_policy(policy->digest(), policy_tries, ~std::uint64_t{0});
}

void People::sign_change(std::function<void(Policy&)> const& what, bool only_half) {
    auto& history = around_.history;
    auto const& before = newest_known();
    if (before.policy->value().cancelled) return;
    auto next = before.policy->value();
    unsigned highest = 1;
    for (auto const* list : {&history.policies, &history.forced})
        for (auto const& one : *list) highest = std::max(highest, one.version());
    // A fork is what a device signs that does not know of its first try.
    next.version = only_half ? before.version() + 1 : highest + 1;
    next.predecessor = before.policy->digest();
    next.witness = cast_.witness.public_key();
    what(next);
    auto policy = protocol::share_policy(Signed<Policy>::sign(std::move(next), cast_.witness));
    history.policies.push_back(
        {"P" + std::to_string(history.policies.size() + 1), policy, around_.clockwork.now()});
    if (around_.trace)
        around_.tell(around_.witness, "signs " + history.policies.back().name + ", version " +
                                          std::to_string(policy->value().version));
    send_policy(policy->digest(), policy_tries, only_half ? around_.dice() : ~std::uint64_t{0});
}

void People::send_policy(DocumentDigest const& digest, unsigned tries_left, std::uint64_t to) {
    auto& history = around_.history;
    auto const* one = history.find_policy(digest);
    if (one == nullptr) one = history.find_forced(digest);
    for (unsigned g = 0; g < guardians_.size(); ++g) {
        if (one->in_force.contains(g) || ((to >> g) & 1) == 0) continue;
        around_.network.post({around_.witness, g, one->policy->envelope(), false});
    }
    if (tries_left > 1 && !one->done)
        around_.clockwork.after(around_.options.grace / 6, [this, digest, tries_left, to] {
            send_policy(digest, tries_left - 1, to);
        });
}

void People::receive(Message const& message) {
    auto const receipt = open_from_guardian<PolicyReceipt>(message.envelope, cast_.policy->value());
    if (!receipt || !receipt->value().in_force) return;
    auto& history = around_.history;
    auto* one = history.find_policy(receipt->value().policy);
    if (one == nullptr) one = history.find_forced(receipt->value().policy);
    if (one == nullptr) return;
    auto const who = std::ranges::find(cast_.ids, receipt->value().guardian);
    one->in_force.insert(static_cast<unsigned>(who - cast_.ids.begin()));
    if (one->done || one->in_force.size() < around_.options.numbers.acknowledgements()) return;
    one->done = true;
    if (around_.trace) around_.tell(around_.witness, one->name + " is done");
}

void People::check_in_under_duress(unsigned more) {
    auto const& o = around_.options;
    auto const now = around_.clockwork.now() + o.device_skew;
    auto const* last = last_sent();
    CheckIn check_in{.case_id = cast_.policy->value().case_id,
                     .claimed = std::max(now, last->claimed + Duration::minutes(10)),
                     .interval = o.interval,
                     .grace = o.grace,
                     .policy = newest_known().policy->digest(),
                     .vouched = VouchedList{}.digest(),
                     .clocks = {}};
    for (unsigned g = 0; g <= o.numbers.f; ++g)
        check_in.clocks.push_back(Signed<ClockReading>::sign(
                                      {check_in.case_id, cast_.ids[g], now, {}}, cast_.guardians[g])
                                      .envelope());
    auto const document = Signed<CheckIn>::sign(check_in, cast_.duress);
    around_.history.under_duress.push_back(
        {"forced #" + std::to_string(around_.history.under_duress.size()), document.digest(),
         protocol::rank_of(document), document.envelope(), check_in.claimed,
         around_.clockwork.now(), o.interval, o.grace});
    if (around_.trace)
        around_.tell(around_.witness, "is forced: " + around_.history.under_duress.back().name);
    for (unsigned g = 0; g < guardians_.size(); ++g)
        around_.network.post({around_.witness, g, document.envelope(), false});
    if (more > 0)
        around_.clockwork.after(Duration::minutes(30) + upto(around_.dice, o.interval),
                                [this, more] { check_in_under_duress(more - 1); });
}

SignedCheckIn const* People::last_sent() const {
    auto const& all = around_.history.check_ins;
    return &*std::ranges::max_element(all, {}, [](auto const& one) { return one.rank; });
}

void People::plan_holds(WallTime silent_from) {
    auto const& o = around_.options;
    for (unsigned i = 0; i < o.hold_words; ++i) {
        auto const g = static_cast<unsigned>(around_.dice() % o.numbers.n);
        // The second for most; the third is beyond the limit and must do nothing.
        auto const number = static_cast<unsigned>(1 + around_.dice() % 3);
        auto const at = silent_from + upto(around_.dice, o.interval * 2 + o.grace) - o.interval / 4;
        for (unsigned first = 1; first <= number; ++first)
            around_.clockwork.at(at, [this, g, first] { say_hold(g, first); });
    }
}

void People::say_hold(unsigned g, unsigned number) {
    auto& history = around_.history;
    if (guardians_[g] == nullptr) {
        if (coalition_ != nullptr) coalition_->say_hold(g, last_sent()->digest, number);
    } else {
        auto const* seen = guardians_[g]->sees();
        if (seen == nullptr || !guardians_[g]->is_up()) return;
        auto const digest = seen->last.digest();
        if (number <= hold_number_max)
            history.held[digest] = std::max(history.held[digest], number);
        guardians_[g]->order(Signed<HoldWord>::sign({cast_.policy->value().case_id, cast_.ids[g],
                                                     digest, number, around_.clockwork.now()},
                                                    cast_.guardians[g])
                                 .envelope());
        if (around_.trace) around_.tell(g, "says hold " + std::to_string(number));
        // A bad one who hears of it says so too.
        if (coalition_ != nullptr) coalition_->say_hold_all(digest, number);
    }
}

void People::plan_calls(WallTime silent_from) {
    auto const& o = around_.options;
    auto const calls = 1 + around_.dice() % 4;
    for (unsigned i = 0; i < calls; ++i) {
        auto const g = static_cast<unsigned>(around_.dice() % o.numbers.n);
        around_.clockwork.at(birth + upto(around_.dice, silent_from - birth + o.interval),
                             [this, g] { call(g); });
    }
}

void People::call(unsigned g) {
    auto const* last = last_sent();
    auto const* check_in = Documents<CheckIn>::read(last->envelope);
    auto& place = spoken_[last->digest];
    if (place >= check_in->spoken.size()) return;
    ++place;
    around_.history.held[last->digest] = std::max(around_.history.held[last->digest], place);
    auto const word = Signed<SpokenWord>::sign({check_in->case_id, cast_.ids[g], last->digest,
                                                place, spoken_code(place), around_.clockwork.now()},
                                               cast_.guardians[g])
                          .envelope();
    if (around_.trace) around_.tell(around_.witness, "tells code " + std::to_string(place));
    if (guardians_[g] != nullptr)
        guardians_[g]->order(word);
    else if (coalition_ != nullptr)
        coalition_->hear_code(word);
}

void People::read_and_confirm(unsigned tries_left) {
    bool out = false;
    for (auto const& words : around_.history.words) out |= words.released.contains({1, 0});
    if (out) {
        around_.history.opened = true;
        auto const opened =
            Signed<Opened>::sign({cast_.policy->value().case_id, cast_.policy->digest(), 0,
                                  cast_.reader.public_key(), around_.clockwork.now()},
                                 cast_.reader)
                .envelope();
        around_.history.opened_words.insert(document_digest(opened));
        for (unsigned g = 0; g < guardians_.size(); ++g)
            around_.network.post({around_.witness, g, opened, false});
        if (around_.trace) around_.tell(around_.witness, "(the reader) has it in hand");
    }
    if (tries_left > 1 && !out)
        around_.clockwork.after(Duration::hours(8),
                                [this, tries_left] { read_and_confirm(tries_left - 1); });
}

}  // namespace exhibit::sim
