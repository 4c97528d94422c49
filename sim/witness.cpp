#include "sim/witness.hpp"
#include "crypto/hash.hpp"

#include <algorithm>

namespace exhibit::sim {
namespace {

constexpr unsigned tries = 6;
constexpr std::size_t clocks_kept = 32;

}  // namespace

Witness::Witness(Surroundings& around, SigningKey const& key, Signed<Policy> const& policy,
                 std::vector<GuardianId> ids, AskClock ask_clock)
    : around_(around),
      key_(key),
      policy_(policy),
      ids_(std::move(ids)),
      ask_clock_(std::move(ask_clock)),
      random_(around.options.seed * 64 + 63) {}

void Witness::remember_first(Signed<CheckIn> const& first, std::vector<Envelope> clocks) {
    clocks_ = std::move(clocks);
    last_claimed_ = first->claimed;
}

WallTime Witness::plan() {
    auto const& o = around_.options;
    auto at = birth;
    auto const late =
        o.forgets && o.check_ins > 0 ? around_.dice() % o.check_ins : ~std::uint64_t{0};
    auto const retimed =
        o.retimes && o.check_ins > 0 ? around_.dice() % o.check_ins : ~std::uint64_t{0};
    auto interval = o.interval;
    for (unsigned i = 0; i < o.check_ins; ++i) {
        // In time mostly; a forgotten one comes somewhere around the moment when votes begin.
        auto const most = i == late ? interval + o.grace + o.grace / 2 : interval - interval / 20;
        auto const least = i == late ? interval + o.grace - o.grace / 4 : interval / 3;
        at = at + least + upto(around_.dice, most - least);
        std::optional<Duration> other;
        if (i == retimed) other = o.interval * 2;
        around_.clockwork.at(at, [this, other] { check_in(tries, other); });
        if (o.two_devices && chance(around_.dice, 50)) {
            around_.clockwork.at(at + upto(around_.dice, Duration::minutes(9)),
                                 [this, other] { check_in(1, other); });
        }
        interval = other.value_or(o.interval);
    }
    if (o.says_now) {
        auto const when = at + upto(around_.dice, interval + o.grace * 2);
        around_.clockwork.at(when, [this] { release_now(); });
        at = std::max(at, when);
    }
    return at;
}

void Witness::check_in(unsigned tries_left, std::optional<Duration> other_interval) {
    auto const& o = around_.options;
    auto const nonce = random_.bytes<16>();
    std::vector<Envelope> fresh;
    for (unsigned g = 0; g < ids_.size(); ++g) {
        if (o.bad_line && around_.dice() % 3 != 0) continue;
        if (auto clock = ask_clock_(g, nonce)) fresh.push_back(std::move(*clock));
    }
    clocks_.insert(clocks_.begin(), fresh.begin(), fresh.end());
    if (clocks_.size() > clocks_kept) clocks_.resize(clocks_kept);
    auto const interval = other_interval.value_or(o.interval);
    auto const& terms = policy_.value();
    auto const claimed = protocol::choose_claimed(terms, fresh, nonce, device_now(), last_claim(),
                                                  interval, o.grace);
    auto carried = protocol::clocks_to_carry(terms, clocks_, claimed.time, interval, o.grace);
    if (!carried.ok()) {
        if (tries_left > 1)
            around_.clockwork.after(Duration::hours(1), [this, tries_left, other_interval] {
                check_in(tries_left - 1, other_interval);
            });
        return;
    }
    auto const clocks = carried.take();
    sign_and_send(claimed, clocks, interval, VouchedList{}.digest());
    // Two devices in the very same millisecond: only their digests tell which is the newer.
    if (o.two_devices && chance(around_.dice, 50))
        sign_and_send(claimed, clocks, interval, DocumentDigest(sha256("of the other device")));
}

void Witness::sign_and_send(protocol::ClaimedTime const& claimed, std::vector<Envelope> clocks,
                            Duration interval, DocumentDigest const& vouched) {
    auto const& o = around_.options;
    auto const signed_one = Signed<CheckIn>::sign({.case_id = policy_->case_id,
                                                   .claimed = claimed.time,
                                                   .interval = interval,
                                                   .grace = o.grace,
                                                   .policy = newest_policy(),
                                                   .vouched = vouched,
                                                   .clocks = std::move(clocks),
                                                   .spoken = new_codes()},
                                                  key_);
    last_claimed_ = claimed.time;
    auto& history = around_.history;
    history.check_ins.push_back({"#" + std::to_string(history.check_ins.size()),
                                 signed_one.digest(), protocol::rank_of(signed_one),
                                 signed_one.envelope(), claimed.time, around_.clockwork.now(),
                                 interval, o.grace, claimed.corrected});
    acknowledgements_.emplace(signed_one.digest().hex(),
                              protocol::Acknowledgements(policy_.value(), signed_one.digest()));
    if (around_.trace)
        around_.tell(around_.witness, "checks in: " + history.check_ins.back().name + ", for " +
                                          show_duration(interval));
    send(signed_one.digest(), tries);
}

protocol::LastClaim Witness::last_claim() const {
    auto const& all = around_.history.check_ins;
    auto const found = std::ranges::find(all, *last_claimed_, &SignedCheckIn::claimed);
    return {*last_claimed_, found != all.end() && (found->done || !found->acknowledged.empty())};
}

// What some guardian has told her to be in force.
DocumentDigest Witness::newest_policy() const {
    return around_.history.in_force(around_.options.numbers).policy->digest();
}

std::vector<Digest256> Witness::new_codes() const {
    std::vector<Digest256> codes;
    for (unsigned place = 1; around_.options.codes && place <= 3; ++place)
        codes.push_back(spoken_commitment(policy_->case_id, spoken_code(place)));
    return codes;
}

void Witness::send(DocumentDigest const& digest, unsigned tries_left) {
    auto const* one = around_.history.find(digest);
    for (unsigned g = 0; g < ids_.size(); ++g) {
        if (one->acknowledged.contains(g)) continue;
        if (around_.options.bad_line && around_.dice() % 3 != 0) continue;
        around_.network.post({around_.witness, g, one->envelope, false});
    }
    if (tries_left > 1)
        around_.clockwork.after(around_.options.grace / 12,
                                [this, digest, tries_left] { send(digest, tries_left - 1); });
}

void Witness::release_now() {
    around_.history.release_now = around_.clockwork.now();
    say_now(sign_release_now(), tries);
}

Envelope Witness::sign_release_now() {
    auto const word =
        Signed<ReleaseNow>::sign({policy_->case_id, device_now(), newest_policy()}, key_);
    around_.history.release_nows.push_back(protocol::rank_of(word));
    if (around_.trace) around_.tell(around_.witness, "says: release now");
    return word.envelope();
}

// Whoever says it says it again until some guardian has heard: the command does not end before.
void Witness::say_now(Envelope const& word, unsigned tries_left) {
    for (unsigned g = 0; g < ids_.size(); ++g)
        around_.network.post({around_.witness, g, word, false});
    if (tries_left > 1)
        around_.clockwork.after(around_.options.grace / 12, [this, word, tries_left] {
            // A guardian that knows a newer policy refuses: the client signs anew.
            bool const anew = peek<ReleaseNow>(word)->policy != newest_policy();
            say_now(anew ? sign_release_now() : word, tries_left - 1);
        });
}

void Witness::receive(Message const& message) {
    auto const word = peek<Acknowledgement>(message.envelope);
    if (message.envelope.payload_type != Acknowledgement::kind || !word.ok()) return;
    auto const known = acknowledgements_.find(word->check_in.hex());
    if (known == acknowledgements_.end() || !known->second.add(message.envelope).ok()) return;
    auto* one = around_.history.find(word->check_in);
    auto const who = std::ranges::find(ids_, word->guardian);
    one->acknowledged.insert(static_cast<unsigned>(who - ids_.begin()));
    if (!one->done && known->second.done()) {
        one->done = true;
        if (around_.trace) around_.tell(around_.witness, one->name + " is done");
    }
}

}  // namespace exhibit::sim
