#include "sim/world.hpp"

#include <algorithm>

#include "sim/interned.hpp"
#include "sim/people.hpp"

namespace exhibit::sim {
namespace {

constexpr Duration life_most = Duration::days(30);
// Votes and adoptions are asked for again within the hour; a few rounds of that, and restarts, are
// enough.
constexpr Duration exchange_time = Duration::hours(36);

// A quiet life has a few hundred.
constexpr unsigned events_most = 200'000;

}  // namespace

World::World(Options const& options, std::FILE* trace)
    : options_(options),
      trace_(trace),
      cast_(cast_for(options.numbers, options.two_stages)),
      dice_(options.seed + 77),
      history_(options.numbers.n),
      network_(clockwork_, dice_, options_, options.numbers.n + 1,
               [this](Message const& m) { deliver(m); }),
      around_{options_,
              clockwork_,
              dice_,
              network_,
              history_,
              {},
              [this](DocumentDigest const& d) { return name_of(d); },
              options.numbers.n} {
    if (trace != nullptr) {
        around_.trace = [this](std::string const& who, std::string const& what) {
            std::fprintf(trace_, "%s  %-8s %s\n", show_time(clockwork_.now()).c_str(), who.c_str(),
                         what.c_str());
        };
    }
    place_guardians();
    begin_case();
}

std::string World::name_of(DocumentDigest const& digest) const {
    if (history_.is_release_now(digest)) return "release-now";
    auto const* one = history_.find(digest);
    return one == nullptr ? "something unknown" : one->name;
}

unsigned World::some_honest() {
    for (;;) {
        auto const g = static_cast<unsigned>(dice_() % options_.numbers.n);
        if (history_.honest[g]) return g;
    }
}

void World::place_guardians() {
    guardians_.resize(options_.numbers.n);
    for (unsigned i = 0; i < options_.malicious; ++i) history_.honest[some_honest()] = false;
    for (unsigned g = 0; g < options_.numbers.n; ++g) {
        if (history_.honest[g])
            guardians_[g] = std::make_unique<Honest>(around_, g, cast_.guardians[g], cast_.ids);
    }
}

void World::begin_case() {
    plan_clocks();
    std::vector<Envelope> clocks;
    auto const& policy = *cast_.policy;
    for (unsigned g = 0; g < options_.numbers.n; ++g) {
        clocks.push_back(Signed<ClockReading>::sign({policy->case_id, cast_.ids[g], birth, {}},
                                                    cast_.guardians[g])
                             .envelope());
    }
    auto carried = clocks;
    carried.resize(options_.numbers.f + 1);
    auto const first = Signed<CheckIn>::sign({.case_id = policy->case_id,
                                              .claimed = birth,
                                              .interval = options_.interval,
                                              .grace = options_.grace,
                                              .policy = policy.digest(),
                                              .vouched = VouchedList{}.digest(),
                                              .clocks = carried},
                                             cast_.witness);
    SignedCheckIn zero{"#0",  first.digest(), protocol::rank_of(first), first.envelope(),
                       birth, birth,          options_.interval,        options_.grace};
    // `init` ends only when every guardian has confirmed it.
    zero.done = true;
    history_.check_ins.push_back(zero);
    history_.policies.push_back({"P1", protocol::share_policy(policy), birth, {}, true});
    for (auto& guardian : guardians_) {
        if (guardian == nullptr) continue;
        auto const begun = guardian->begin(policy, first, cast_.duress.public_key());
        VERIFY(begun.ok());
    }
    std::vector<unsigned> members;
    for (unsigned g = 0; g < options_.numbers.n; ++g)
        if (!history_.honest[g]) members.push_back(g);
    if (!members.empty())
        coalition_ =
            std::make_unique<Coalition>(around_, cast_.guardians, cast_.ids, members, policy);
    auto const ask = [this](unsigned g, Nonce const& nonce) -> std::optional<Envelope> {
        if (!network_.passes(around_.witness, g) || !network_.passes(g, around_.witness))
            return std::nullopt;
        if (!history_.honest[g])
            return coalition_->plot().silent ? std::nullopt
                                             : std::optional(coalition_->clock_for(g, nonce));
        if (!guardians_[g]->is_up()) return std::nullopt;
        return Signed<ClockReading>::sign(
                   {(*cast_.policy)->case_id, cast_.ids[g], guardians_[g]->now(), nonce},
                   cast_.guardians[g])
            .envelope();
    };
    witness_ = std::make_unique<Witness>(around_, cast_.witness, policy, cast_.ids, ask);
    witness_->remember_first(first, clocks);
    people_ = std::make_unique<People>(around_, cast_, guardians_, coalition_.get());
}

World::~World() = default;

// The promises allow fewer than q − f clocks that ever run ahead by more than a grace, and any that
// lag.
void World::plan_clocks() {
    auto const fair = options_.skew_most;
    unsigned wild = options_.wild_clocks;
    for (auto& guardian : guardians_) {
        if (guardian == nullptr) continue;
        auto off = fair - upto(dice_, fair * 2);
        if (options_.drift_ppm != 0) {
            guardian->clock.drift_ppm =
                static_cast<std::int64_t>(dice_() % (2 * options_.drift_ppm)) - options_.drift_ppm;
        }
        // `init` would not have ended with a guardian whose clock was already this far off.
        auto when = Duration::seconds(1);
        if (wild > 0 && chance(dice_, 60)) {
            --wild;
            off = upto(dice_, Duration::days(8)) - Duration::days(2);
            when = upto(dice_, Duration::days(10));
        }
        clockwork_.after(when, [this, one = guardian.get(), off] {
            if (!healed_) one->clock.off = one->clock.off + off;
        });
    }
}

void World::plan_network() {
    auto const until = faults_end_ - birth;
    auto const ends = options_.numbers.n + 1;
    for (unsigned i = 0; i < options_.partitions; ++i) {
        auto const sides = dice_();
        auto const at = upto(dice_, until), lasts = upto(dice_, Duration::days(4));
        for (unsigned a = 0; a < ends; ++a) {
            for (unsigned b = 0; b < ends; ++b) {
                if (((sides >> a) & 1) == ((sides >> b) & 1)) continue;
                clockwork_.after(at, [this, a, b] { network_.cut(a, b); });
                clockwork_.after(at + lasts, [this, a, b] { network_.mend(a, b); });
            }
        }
    }
    for (unsigned i = 0; i < options_.one_way_cuts + options_.clogs; ++i) {
        auto const a = static_cast<unsigned>(dice_() % ends),
                   b = static_cast<unsigned>(dice_() % ends);
        auto const at = upto(dice_, until), lasts = upto(dice_, Duration::days(5));
        bool const clog = i >= options_.one_way_cuts;
        clockwork_.after(at,
                         [this, a, b, clog] { clog ? network_.clog(a, b) : network_.cut(a, b); });
        clockwork_.after(
            at + lasts, [this, a, b, clog] { clog ? network_.let_go(a, b) : network_.mend(a, b); });
    }
}

void World::plan_machines(WallTime until) {
    auto const span = until - birth;
    for (unsigned i = 0; i < options_.crashes; ++i) {
        auto const g = some_honest();
        auto const at = upto(dice_, span),
                   down = Duration::seconds(1) + upto(dice_, options_.downtime_most);
        clockwork_.after(at, [this, g] {
            if (guardians_[g]->is_up()) guardians_[g]->power_cut();
        });
        clockwork_.after(at + down, [this, g] {
            if (!guardians_[g]->is_up() && !history_.words[g].dead) guardians_[g]->start();
        });
    }
    for (unsigned i = 0; i < options_.full_disks; ++i) {
        auto const g = some_honest();
        auto const at = upto(dice_, span);
        clockwork_.after(at, [this, g] {
            around_.tell(g, "its disk is full");
            guardians_[g]->disk.set_full(true);
        });
        clockwork_.after(at + upto(dice_, Duration::hours(20)), [this, g] {
            around_.tell(g, "its disk has room");
            guardians_[g]->disk.set_full(false);
        });
    }
    for (unsigned i = 0; i < options_.clock_jumps; ++i) {
        // There and back: from slow by a grace to fast by one is within what the promises allow.
        auto const g = some_honest();
        auto const most = options_.grace - Duration::minutes(30);
        auto const there = most - upto(dice_, most * 2);
        auto const at = upto(dice_, span);
        auto const before = std::make_shared<Duration>();
        clockwork_.after(at, [this, g, there, before] {
            around_.tell(g, "its clock jumps");
            *before = std::exchange(guardians_[g]->clock.off, there);
        });
        clockwork_.after(std::min(at + upto(dice_, Duration::days(3)), span), [this, g, before] {
            around_.tell(g, "its clock jumps back");
            guardians_[g]->clock.off = *before;
        });
    }
    for (unsigned i = 0; i < options_.dead; ++i) {
        clockwork_.after(upto(dice_, span), [this] {
            auto const g = some_honest();
            if (history_.words[g].dead || history_.words[g].rolled_back) return;
            history_.words[g].dead = true;
            if (guardians_[g]->is_up()) guardians_[g]->power_cut();
        });
    }
}

void World::plan_roll_backs(WallTime until) {
    auto const span = until - birth;
    for (unsigned i = 0; i < options_.rolled_back; ++i) {
        auto const g = some_honest();
        // A lying disk forgets its last minutes or hours; a backup is days old.
        auto const age =
            options_.lost_fsync ? upto(dice_, Duration::hours(3)) : upto(dice_, Duration::days(4));
        auto const at = age + upto(dice_, span);
        auto image = std::make_shared<Disk::Image>();
        clockwork_.after(at - age, [this, g, image] { *image = guardians_[g]->disk.image(); });
        clockwork_.after(at, [this, g, image] {
            if (history_.words[g].dead) return;
            history_.words[g].rolled_back = true;
            if (guardians_[g]->is_up()) guardians_[g]->power_cut();
            around_.tell(g, "its disk goes back in time");
            guardians_[g]->disk.bring_back(*image);
            guardians_[g]->start();
        });
    }
}

void World::deliver(Message const& message) {
    if (message.to == around_.witness) {
        people_->receive(message);
        return witness_->receive(message);
    }
    if (!history_.honest[message.to]) return coalition_->receive(message);
    guardians_[message.to]->receive(message);
}

void World::poke() {
    coalition_->poke();
    clockwork_.after(coalition_->plot().poke_every, [this] { poke(); });
}

void World::heal() {
    healed_ = true;
    history_.healed_at = clockwork_.now();
    if (around_.trace)
        std::fprintf(trace_, "%s  -------- the faults stop\n", show_time(clockwork_.now()).c_str());
    network_.heal();
    for (unsigned g = 0; g < guardians_.size(); ++g) {
        if (guardians_[g] == nullptr || history_.words[g].dead) continue;
        guardians_[g]->disk.set_full(false);
        if (!guardians_[g]->is_up()) guardians_[g]->start();
    }
}

// τ + interval + grace by the slowest clock among those that live, or now: and the time to talk.
WallTime World::last_moment() const {
    auto moment = faults_end_;
    auto lag = Duration();
    for (unsigned g = 0; g < guardians_.size(); ++g) {
        if (guardians_[g] == nullptr || history_.words[g].dead) continue;
        lag = std::max(lag, clockwork_.now() - guardians_[g]->now());
    }
    // A deadline never comes nearer: an earlier check-in for longer may be what sets it (rule 2).
    auto deadline = birth;
    auto after = Duration();
    for (auto const& one : history_.check_ins) {
        auto const held = history_.held.find(one.digest);
        auto const holds = held == history_.held.end() ? 0 : held->second;
        deadline = std::max(deadline, std::max(one.claimed, one.signed_at) + one.interval);
        after = std::max(after, one.interval * static_cast<std::int64_t>(holds) + one.grace);
    }
    // "Now" counts once an honest guardian has it; if it was never heard, silence says the same.
    moment = std::max(moment, heard_now_at_ ? *heard_now_at_ : deadline + after + lag);
    // A change that was signed cools off by the slowest clock, and is served after that.
    for (auto const& one : history_.policies) {
        if (one.version() == 1) continue;
        moment = std::max(moment, one.signed_at + one.policy->value().floors.cool_off + lag);
    }
    // After failed rounds a vote counts for longer, and is asked for as often.
    moment = moment + exchange_time + lag / 16;
    // Of a dead man's disk the cool-off begins when it is up again.
    if (options_.policy_changes > 0 || options_.coerced_change)
        moment = moment + cast_.policy->value().floors.cool_off;
    if (options_.two_stages) moment = moment + Duration::days(2) + exchange_time;
    // A stage begun by a clock that was fast, and has come back since, waits for as long again.
    if (options_.two_stages && options_.clock_jumps > 0) moment = moment + options_.grace * 2;
    return moment;
}

bool World::somebody_heard_now() const {
    return std::ranges::any_of(history_.words, [](Words const& words) {
        return std::ranges::any_of(words.acknowledged,
                                   [](auto const& one) { return one.rank.release_now; });
    });
}

// Nothing is left to be done: all live guardians agree on the policy in force, nothing cools off,
// and everything that is to be served has been; or the case was cancelled.
bool World::at_rest() const {
    Scene const scene{options_, history_, guardians_, clockwork_.now()};
    std::optional<unsigned> version;
    for (unsigned g = 0; g < guardians_.size(); ++g) {
        if (guardians_[g] == nullptr || history_.words[g].dead) continue;
        auto const* state = guardians_[g]->sees();
        if (state == nullptr || !state->proposals.empty()) return false;
        if (version.value_or(state->terms().version) != state->terms().version) return false;
        version = state->terms().version;
        if (what_is_missing(scene, g)) return false;
    }
    return true;
}

std::optional<Broken> World::ask_promises() const {
    Scene const scene{options_, history_, guardians_, clockwork_.now()};
    for (auto const& promise : promises) {
        if (auto why = promise.check(scene)) return Broken{promise.name, *why, clockwork_.now()};
    }
    return std::nullopt;
}

Life World::live() {
    Life life;
    auto silent_from = witness_->plan();
    silent_from = std::max(silent_from, people_->plan(silent_from));
    faults_end_ =
        std::min(silent_from + options_.heals_after, birth + life_most - Duration::days(8));
    faults_end_ = std::max(faults_end_, silent_from);
    plan_network();
    plan_machines(faults_end_);
    plan_roll_backs(faults_end_);
    if (coalition_ != nullptr)
        clockwork_.after(upto(dice_, Duration::hours(12)), [this] { poke(); });
    clockwork_.at(faults_end_, [this] { heal(); });
    std::optional<WallTime> end;
    while (clockwork_.run_next(end.value_or(birth + life_most * 4))) {
        if (++life.events == events_most) {
            life.broken = Broken{"comes to rest", "a life without end", clockwork_.now()};
            return life;
        }
        if (auto broken = ask_promises()) {
            life.broken = std::move(broken);
            return life;
        }
        if (healed_) {
            if (!heard_now_at_ && somebody_heard_now()) heard_now_at_ = clockwork_.now();
            end = last_moment();
        }
        if (healed_ && life.events % 16 == 0 && at_rest()) break;
    }
    life.released = std::ranges::any_of(history_.words,
                                        [](Words const& words) { return !words.released.empty(); });
    history_.over = true;
    if (auto broken = ask_promises()) life.broken = std::move(broken);
    return life;
}

Life live(Options const& options, std::FILE* trace, bool json) {
    begin_documents(json, options.seed % 16 == 0);
    return World(options, trace).live();
}

}  // namespace exhibit::sim
