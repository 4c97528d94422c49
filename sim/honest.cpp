#include "sim/honest.hpp"

#include <algorithm>
#include <utility>

#include "case/receipt.hpp"
#include "sim/documents.hpp"
#include "sim/second_opinion.hpp"

namespace exhibit::sim {
namespace {

constexpr std::string_view state_key = "case/state";
constexpr std::string_view shadow_key = "case/shadow";
constexpr std::string_view policy_key = "case/policy/";
constexpr std::size_t lane_most = 256;

}  // namespace

// One character again and again, none that base64 uses itself: found in any text, encoded or not.
std::string words_of(unsigned guardian) {
    return std::string(24, static_cast<char>('#' + guardian));
}

Honest::Honest(Surroundings& around, unsigned number, SigningKey const& key,
               std::vector<GuardianId> ids)
    : disk(around.clockwork, around.dice, around.options.fsync_most),
      around_(around),
      number_(number),
      key_(key),
      id_(ids[number]),
      ids_(std::move(ids)),
      random_(around.options.seed * 64 + number),
      second_(std::make_unique<SecondOpinion>(around, number)) {}

Honest::~Honest() = default;

std::optional<std::string> const& Honest::objection() const { return second_->objection(); }

Result<void> Honest::begin(Signed<Policy> const& policy, Signed<CheckIn> const& first,
                           PublicKey const& duress) {
    auto state = TRY(protocol::begin(policy, first, now()));
    auto ledgers = protocol::with_shadow(std::move(state), duress);
    TRY(disk.commit(batch_of(ledgers)));
    second_->begin(first, policy, id_, duress);
    ledgers_ = std::move(ledgers);
    wake_at(now());
    return {};
}

// As the server writes them (guard/guardian/case_lanes.cpp): both ledgers, and the policies that
// they name.
Batch Honest::batch_of(protocol::Ledgers const& ledgers) const {
    Batch batch;
    batch.push_back({Table::cases, std::string(state_key), to_bytes(write_row(ledgers.truth))});
    batch.push_back({Table::cases, std::string(shadow_key), to_bytes(write_row(ledgers.shadow))});
    for (auto const* state : {&ledgers.truth, &ledgers.shadow}) {
        auto const& policy = *state->policy;
        if (policies_.contains(policy.digest())) continue;
        batch.push_back({Table::envelopes, std::string(policy_key) + policy.digest().hex(),
                         to_bytes(write_envelope(policy.envelope()))});
    }
    return batch;
}

std::optional<unsigned> Honest::number_of(GuardianId const& id) const {
    auto const found = std::ranges::find(ids_, id);
    if (found == ids_.end()) return std::nullopt;
    return static_cast<unsigned>(found - ids_.begin());
}

Result<protocol::State> Honest::state_on_disk(std::string_view key) {
    auto const row = TRY(disk.get(Table::cases, key));
    VERIFY(row.has_value());
    return parse_row(
        as_text(*row), [&](DocumentDigest const& digest) -> Result<protocol::SharedPolicy> {
            if (auto const known = policies_.find(digest); known != policies_.end())
                return known->second;
            auto const text =
                TRY(disk.get(Table::envelopes, std::string(policy_key) + digest.hex()));
            if (!text) return bad_input("the policy is not here").coded("not-found");
            auto policy = TRY(protocol::load_policy(*text, digest));
            policies_.emplace(digest, policy);
            return policy;
        });
}

Result<protocol::Ledgers> Honest::ledgers_on_disk() {
    auto truth = TRY(state_on_disk(state_key));
    auto shadow = TRY(state_on_disk(shadow_key));
    return protocol::Ledgers{std::move(truth), std::move(shadow)};
}

void Honest::receive(Message const& message) {
    submit({protocol::Received{message.envelope}, message.from, message.is_answer});
}

void Honest::submit(Job job) {
    if (!up_) return;
    if (busy_) {
        if (lane_.size() < lane_most) lane_.push_back(std::move(job));
        return;
    }
    run(std::move(job));
}

void Honest::run(Job job) {
    just_started_ = false;
    if (around_.clockwork.now() < resting_until_) {
        if (std::holds_alternative<protocol::Tick>(job.event))
            wake_at(now() + Duration::minutes(1));
        return;
    }
    // What was only in memory went with the write that failed: as after a power cut.
    if (std::exchange(forgot_, false)) {
        lane_.push_front(std::move(job));
        job = {protocol::Started{}, {}, false};
    }
    busy_ = true;
    acts_at_ = now();
    if (!ledgers_) ledgers_ = ledgers_on_disk().take();
    auto step = protocol::step({key_, id_}, std::move(*ledgers_), job.event, acts_at_, random_);
    second_->shows(step.shown);
    if (auto const* received = std::get_if<protocol::Received>(&job.event))
        second_->hears(received->envelope, acts_at_);
    else
        second_->time_passes(acts_at_);
    ledgers_.reset();
    if (!step.changed) return finish(life_, std::move(step), job, {});
    auto batch = batch_of(step.next);
    auto kept = std::make_shared<protocol::LedgersStep>(std::move(step));
    disk.commit_later(std::move(batch),
                      [this, life = life_, kept, job = std::move(job)](Outcome written) {
                          finish(life, std::move(*kept), job, written);
                      });
}

void Honest::finish(std::uint64_t life, protocol::LedgersStep step, Job const& job,
                    Outcome const& written) {
    if (life != life_) return;
    if (!written.ok()) {
        // The state in memory is thrown away; the one on disk is what was promised. The case rests
        // for as long as the server lets it, at most.
        around_.tell(number_, "cannot write: " + std::string(written.error().code));
        second_->starts_again(ledgers_on_disk()->truth);
        forgot_ = true;
        resting_until_ = around_.clockwork.now() + Duration::minutes(1);
        wake_at(now() + Duration::minutes(1));
    } else {
        wake_at(step.wake_at);
        ledgers_ = std::move(step.next);
        carry_out(std::move(step.effects), job);
        look_at(ledgers_->truth);
    }
    busy_ = false;
    while (!busy_ && !lane_.empty()) {
        auto next = std::move(lane_.front());
        lane_.pop_front();
        run(std::move(next));
    }
}

void Honest::look_at(protocol::State const& state) {
    auto& words = around_.history.words[number_];
    if (state.decided && !words.decided) words.decided = state.decided;
    second_->compare(state);
}

void Honest::carry_out(std::vector<protocol::Effect> effects, Job const& job) {
    std::vector<protocol::GiveShare> gives;
    for (auto const& effect : effects) {
        if (auto const* reply = std::get_if<protocol::Reply>(&effect)) {
            if (job.asker && !job.is_answer) say(*job.asker, reply->envelope, true);
        } else if (auto const* refuse = std::get_if<protocol::Refuse>(&effect)) {
            if (around_.trace) around_.tell(number_, std::string("refuses: ") + refuse->code);
            if (refuse->evidence && job.asker && !job.is_answer)
                say(*job.asker, *refuse->evidence, true);
        } else if (auto const* send = std::get_if<protocol::Send>(&effect)) {
            if (auto const to = number_of(send->to)) say(*to, send->envelope, false);
        } else if (auto const* give = std::get_if<protocol::GiveShare>(&effect)) {
            gives.push_back(*give);
        } else if (auto const* released = std::get_if<protocol::Released>(&effect)) {
            note_release(*released);
        } else if (auto const* tell = std::get_if<protocol::TellOperator>(&effect)) {
            if (around_.trace)
                around_.tell(number_, std::string("tells its operator: ") + tell->code);
        }
    }
    for (auto const& give : gives) give_share(give);
}

// Judged by the words themselves, not by the digests that the rules look at.
bool Honest::has_key(protocol::Release const& release, unsigned stage) const {
    auto const& audience = release.policy->value().stage(stage);
    auto const opens = [&](protocol::GivenShare const& given) {
        auto const& share = given.share.value();
        if (share.stage != stage) return false;
        if (audience.who == AudienceStage::Who::everyone)
            return share.words == words_of(*number_of(share.guardian));
        return share.encrypted.size() == audience.recipients.size();
    };
    return std::ranges::count_if(release.shares, opens) >=
           static_cast<std::ptrdiff_t>(around_.options.numbers.k);
}

void Honest::note_release(protocol::Released const& released) {
    auto& words = around_.history.words[number_];
    auto const* release = ledgers_->truth.find_release(released.policy);
    auto const version = release->policy->value().version;
    words.released.insert({version, released.stage});
    if (!has_key(*release, released.stage)) words.released_without_key = true;
    if (around_.trace)
        around_.tell(number_, "RELEASED, version " + std::to_string(version) + ", stage " +
                                  std::to_string(released.stage));
}

// Everything that leaves goes through here: what was said is part of history from now on.
void Honest::say(unsigned to, Envelope const& envelope, bool is_answer) {
    second_->says(envelope, acts_at_);
    remember(envelope);
    around_.network.post({number_, to, envelope, is_answer});
}

void Honest::remember(Envelope const& envelope) {
    auto& words = around_.history.words[number_];
    if (envelope.payload_type == Adoption::kind) {
        auto const* one = Documents<Adoption>::read(envelope);
        if (one->guardian != id_ ||
            std::ranges::find(words.adopted, one->motion()) != words.adopted.end())
            return;
        words.adopted.push_back(one->motion());
        if (around_.trace)
            around_.tell(number_, "has adopted " + around_.name_of(one->subject.digest));
    } else if (envelope.payload_type == Acknowledgement::kind) {
        auto const* one = Documents<Acknowledgement>::read(envelope);
        if (one->guardian != id_) return;
        if (around_.history.opened_words.contains(one->check_in) && !words.opened_known_at)
            words.opened_known_at = around_.clockwork.now();
        bool const now_word = around_.history.is_release_now(one->check_in);
        auto const* check_in = around_.history.find(one->check_in);
        if (check_in == nullptr && !now_word) return;
        auto const& forced = around_.history.under_duress;
        bool const under_duress = std::ranges::any_of(
            forced, [&](auto const& other) { return other.digest == one->check_in; });
        auto& list = under_duress ? words.acknowledged_under_duress : words.acknowledged;
        list.push_back({now_word ? Rank{true, {}, one->check_in} : check_in->rank, one->deadline});
        if (around_.trace) around_.tell(number_, "acknowledges " + around_.name_of(one->check_in));
    } else if (auto const* policy_word = Documents<PolicyWord>::read(envelope)) {
        if (around_.history.find_forced(document_digest(policy_word->certificate.policy)) !=
            nullptr)
            return;
        for (auto const& word : policy_word->certificate.no_objections) {
            auto const* said = Documents<NoObjection>::read(word);
            if (said == nullptr || said->guardian != id_) continue;
            auto const fresh = words.not_objected[said->version].insert(said->policy).second;
            if (fresh && around_.trace)
                around_.tell(number_,
                             "does not object to version " + std::to_string(said->version));
        }
    } else if (around_.trace && envelope.payload_type == Vote::kind) {
        around_.tell(number_, "votes for " +
                                  around_.name_of(Documents<Vote>::read(envelope)->subject.digest));
    }
}

void Honest::give_share(protocol::GiveShare const& give) {
    auto const given_under = ledgers_->truth.find_policy(give.policy);
    around_.history.shares.push_back(
        {number_, around_.clockwork.now(), give.motion, given_under->value().version, give.stage});
    if (around_.trace)
        around_.tell(number_, "GIVES ITS SHARE for " + around_.name_of(give.motion.subject));
    auto const& terms = given_under->value();
    ReleasedShare share{.case_id = terms.case_id,
                        .guardian = id_,
                        .policy = give.policy,
                        .stage = give.stage,
                        .words = {},
                        .encrypted = {}};
    if (terms.stage(give.stage).who == AudienceStage::Who::everyone)
        share.words = words_of(number_);
    else
        for (auto const& one : terms.stage(give.stage).recipients)
            share.encrypted.push_back({one, to_bytes("age file")});
    Job job{protocol::Received{Signed<ReleasedShare>::sign(std::move(share), key_).envelope()},
            {},
            false};
    around_.clockwork.after(Duration::ms(1), [this, life = life_, job = std::move(job)]() mutable {
        if (life == life_) submit(std::move(job));
    });
}

void Honest::wake_at(WallTime when) {
    auto const alarm = ++alarm_;
    // A sleeping server looks at its clock now and then: a jump is noticed within six hours, and
    // one back wakes everything (guard/guardian/wake_ups.hpp).
    auto const wait = std::clamp(when - now(), Duration::ms(1), Duration::hours(6));
    around_.clockwork.after(wait, [this, alarm, life = life_, when, read = now()] {
        if (life != life_ || alarm != alarm_ || !up_) return;
        if (auto const time = now(); time >= when || time < read)
            tick();
        else
            wake_at(when);
    });
}

void Honest::power_cut() {
    around_.tell(number_, "goes down");
    up_ = false;
    busy_ = false;
    ++life_;
    lane_.clear();
    ledgers_.reset();
    policies_.clear();
    disk.power_cut();
}

void Honest::start() {
    around_.tell(number_, "comes up");
    up_ = true;
    ledgers_ = ledgers_on_disk().take();
    second_->starts_again(ledgers_->truth);
    just_started_ = true;
    resting_until_ = birth;
    forgot_ = false;
    around_.clockwork.after(Duration::ms(1), [this, life = life_] {
        if (life == life_) submit({protocol::Started{}, {}, false});
    });
}

}  // namespace exhibit::sim
