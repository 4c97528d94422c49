#include "guard/guardian/case_lanes.hpp"

#include <algorithm>
#include <utility>

#include "guard/guardian/custody.hpp"

namespace exhibit::guard {

std::string release_key(CaseId const& id, unsigned version, unsigned stage) {
    return id.text() + "/" + std::to_string(version) + "/" + std::to_string(stage);
}
Bytes release_row(bool published) {
    return to_bytes(std::string_view(published ? "published" : "out"));
}

void CaseLanes::submit(CaseId const& id, protocol::Event event, Answered answered) {
    Job job{std::move(event), std::move(answered)};
    {
        std::lock_guard lock(mutex_);
        auto const [lane, was_free] = lanes_.try_emplace(id);
        if (!was_free && lane->second.size() < waiting_max) {
            lane->second.push_back(std::move(job));
            return;
        }
        if (was_free)
            answered = nullptr;
        else
            answered = std::move(job.answered);
        if (!was_free && !answered) return;
    }
    if (answered) return answered(world_error("too much waits for this case").coded("later"));
    run(id, std::move(job));
}

void CaseLanes::post(CaseId const& id, protocol::Event event) {
    workers_.post([this, id, event = std::move(event)]() mutable {
        submit(id, std::move(event), [](Result<Answer> const&) {});
    });
}

// What must be durable together with the next state.
Result<Batch> CaseLanes::batch_of(CaseId const& id, Before const& before,
                                  protocol::LedgersStep const& step) {
    Batch batch;
    if (step.changed) CaseFiles::put_ledgers(batch, id, step.next);
    for (auto const* state : {&step.next.truth, &step.next.shadow}) {
        auto const& policy = *state->policy;
        if (policy.digest() == before.policy || policy.digest() == before.shadow_policy) continue;
        batch.push_back({Table::envelopes, CaseFiles::policy_key(id, policy.digest()),
                         to_bytes(write_envelope(policy.envelope()))});
        // The log will be open to everybody; the shadow ledger must not be.
        if (state != &step.next.truth) continue;
        auto& custody = *premises_.custody;
        batch.push_back(custody.row_of(policy_event(custody.stating(), id, policy.digest())));
    }
    for (auto const& effect : step.effects) {
        auto const* released = std::get_if<protocol::Released>(&effect);
        if (released == nullptr) continue;
        auto const policy = step.next.truth.find_policy(released->policy);
        if (policy == nullptr) continue;  // never: a policy that is released stays
        auto key = release_key(id, policy->value().version, released->stage);
        auto const known = TRY(premises_.rows().get(Table::releases, key));
        if (known) continue;
        batch.push_back({Table::releases, std::move(key), release_row(false)});
        auto& custody = *premises_.custody;
        batch.push_back(custody.row_of(
            released_event(custody.stating(), id, policy->digest(), released->stage)));
    }
    TRY(add_votes(id, step, batch));
    return batch;
}

// What is sent again and again is stated once.
Outcome CaseLanes::add_votes(CaseId const& id, protocol::LedgersStep const& step, Batch& batch) {
    for (auto const& effect : step.effects) {
        auto const* reply = std::get_if<protocol::Reply>(&effect);
        auto const* send = std::get_if<protocol::Send>(&effect);
        auto const* envelope = reply ? &reply->envelope : send ? &send->envelope : nullptr;
        if (envelope == nullptr || envelope->payload_type != Vote::kind) continue;
        auto const vote = TRY(peek<Vote>(*envelope));
        if (vote.guardian != premises_.id) continue;
        auto const motion = vote.motion();
        auto const key =
            "v/" + id.text() + "/" + motion.subject.hex() + "/" + std::to_string(motion.hold);
        auto const said = TRY(premises_.rows().get(Table::custody, key));
        if (said) continue;
        auto& custody = *premises_.custody;
        batch.push_back({Table::custody, key, Bytes{1}});
        batch.push_back(custody.row_of(voted_event(custody.stating(), id, motion)));
    }
    return {};
}

// A clock that went back ends the rest: it is a courtesy, not a promise.
std::optional<WallTime> CaseLanes::rests_until(CaseId const& id) {
    std::lock_guard lock(mutex_);
    auto const found = rests_.find(id);
    if (found == rests_.end()) return std::nullopt;
    auto const now = premises_.now();
    auto const until = found->second.since + found->second.wait;
    if (now < found->second.since || now >= until) return std::nullopt;
    return until;
}

// Once after each write that failed.
bool CaseLanes::starts_anew(CaseId const& id) {
    std::lock_guard lock(mutex_);
    auto const found = rests_.find(id);
    return found != rests_.end() && std::exchange(found->second.forgot, false);
}

Duration CaseLanes::rest(CaseId const& id) {
    std::lock_guard lock(mutex_);
    auto& rest = rests_.try_emplace(id, Rest{{}, rest_first / 2}).first->second;
    rest = {premises_.now(), std::min(rest.wait * 2, rest_most)};
    return rest.wait;
}

void CaseLanes::has_written(CaseId const& id) {
    std::lock_guard lock(mutex_);
    rests_.erase(id);
}

void CaseLanes::run(CaseId const& id, Job job) {
    if (auto const until = rests_until(id)) {
        effects_.wake_at(id, *until);  // this may have been the wake-up
        job.answered(world_error("this guardian's disk takes nothing at the moment")
                         .coded("later")
                         .hint("try again in a minute, or reach another guardian"));
        return next(id);
    }
    if (starts_anew(id)) {
        {
            std::lock_guard lock(mutex_);
            lanes_.find(id)->second.push_front(std::move(job));
        }
        job = {protocol::Started{}, [](Result<Answer> const&) {}};
    }
    auto ledgers = ledgers_.take(id);
    if (!ledgers) {
        auto read = premises_.files.ledgers(id);
        if (!read) {
            if (std::string_view(read.error().code) != "not-found") {
                premises_.log.tell(read.error(), id);
                effects_.wake_at(id, premises_.now() + rest(id));
            }
            job.answered(read.take_error());
            return next(id);
        }
        ledgers.emplace(read.take());
    }
    SystemRandom random;
    auto const self = protocol::Self{premises_.keys.signing, premises_.id};
    auto const now = premises_.now();
    auto const before = Before{now, ledgers->truth.policy->digest(),
                               ledgers->shadow.policy->digest(), ledgers->truth.last->vouched};
    auto step = protocol::step(self, std::move(*ledgers), job.event, now, random);
    auto batch = batch_of(id, before, step);
    if (!batch) return finish(id, std::move(step), before, job.answered, batch.take_error());
    if (batch->empty()) return finish(id, std::move(step), before, job.answered, {});
    // std::function wants a copyable closure; the step goes by a pointer that this one closure
    // ends.
    auto kept = std::make_shared<protocol::LedgersStep>(std::move(step));
    bool const logs = std::ranges::any_of(
        *batch, [](Write const& write) { return write.table == Table::custody; });
    premises_.rows().commit_later(
        batch.take(),
        [this, id, kept, before, logs, answered = std::move(job.answered)](Outcome written) {
            if (written && logs) premises_.custody->committed();
            finish(id, std::move(*kept), before, answered, written);
        });
}

void CaseLanes::finish(CaseId const& id, protocol::LedgersStep step, Before const& before,
                       Answered const& answered, Outcome const& written) {
    if (!written) {
        // The state in memory is thrown away: the one on disk is what this guardian has promised.
        premises_.log.tell(written.error(), id);
        effects_.wake_at(id, premises_.now() + rest(id));
        answered(Error(written.error()));
        return next(id);
    }
    if (step.changed) has_written(id);
    bool const vouched_changed = step.next.truth.last->vouched != before.vouched;
    // By a clock that has gone back since, that moment may be far away.
    auto const now = premises_.now();
    effects_.wake_at(id, now < before.now ? now : step.wake_at);
    carry_out(id, step.next.truth, std::move(step.effects), answered);
    ledgers_.put(id, std::move(step.next));
    if (vouched_changed) effects_.vouched_changed(id);
    next(id);
}

void CaseLanes::carry_out(CaseId const& id, protocol::State const& state,
                          std::vector<protocol::Effect> effects, Answered const& answered) {
    Answer answer;
    for (auto& effect : effects) {
        if (auto* reply = std::get_if<protocol::Reply>(&effect)) {
            answer.replies.push_back(std::move(reply->envelope));
        } else if (auto* refuse = std::get_if<protocol::Refuse>(&effect)) {
            answer.refused = refuse->code;
            refusals_.note(id, refuse->code);
            answer.evidence = std::move(refuse->evidence);
        } else if (auto* send = std::get_if<protocol::Send>(&effect)) {
            effects_.send(id, send->to, std::move(send->envelope));
        } else if (auto const* give = std::get_if<protocol::GiveShare>(&effect)) {
            effects_.give_share(id, *give);
        } else if (std::holds_alternative<protocol::Released>(effect)) {
            effects_.released(id);
        } else if (auto const* tell = std::get_if<protocol::TellOperator>(&effect)) {
            premises_.log.tell(tell->code, tell->text, id);
        } else if (std::holds_alternative<protocol::WarnContacts>(effect)) {
            premises_.log.tell("grace", "no sign of life in time; grace has begun", id);
            effects_.warn_contacts(id, state);
        }
    }
    answered(std::move(answer));
}

void CaseLanes::next(CaseId const& id) {
    Job job;
    {
        std::lock_guard lock(mutex_);
        auto const lane = lanes_.find(id);
        if (lane->second.empty()) {
            lanes_.erase(lane);
            return;
        }
        job = std::move(lane->second.front());
        lane->second.pop_front();
    }
    // Not here: this may be the thread that commits for everybody.
    workers_.post([this, id, job = std::move(job)]() mutable { run(id, std::move(job)); });
}

}  // namespace exhibit::guard
