// One event after the other through protocol::step, for each case by itself.
//
//   submit ─> free? ──yes──> state ─> step ─> changed? ──yes──> commit_later ─> effects, answer ─>
//   next event
//               └──no──> waits in the case's lane    └──no──────────────────────┘
//
// Nothing leaves before the state it rests on is on disk. When a write fails, the case rests,
// longer each time: a guardian that forgets with every message what it has just asked would ask
// again at the speed of the network, and the others answer each time. What was only in memory is
// gone then, as after a power cut, so the case starts as after one: it asks the others what it last
// said, and lives by their answer before it votes (rule 2). Cases do not wait for each
// other: a commit is shared by all that come at the same time (group commit), and no thread waits
// for it.
#pragma once

#include <deque>

#include "guard/guardian/premises.hpp"
#include "guard/guardian/refusals.hpp"
#include "guard/guardian/workers.hpp"
#include "guard/wire/wire.hpp"
#include "protocol/step.hpp"

namespace exhibit::guard {

// How the rest of the guardian carries out what was decided. Called on any thread; quick.
struct LaneEffects {
    std::function<void(CaseId const&, GuardianId const&, Envelope)> send;
    std::function<void(CaseId const&, protocol::GiveShare const&)> give_share;
    std::function<void(CaseId const&)> released;
    std::function<void(CaseId const&, protocol::State const&)> warn_contacts;
    std::function<void(CaseId const&, WallTime)> wake_at;
    std::function<void(CaseId const&)> vouched_changed;  // a check-in names another list
};

class CaseLanes {
public:
    using Answered = std::function<void(Result<Answer>)>;
    CaseLanes(Premises const& premises, LaneEffects effects, Workers& workers)
        : premises_(premises),
          effects_(std::move(effects)),
          workers_(workers),
          refusals_(premises.log, premises.now) {}

    // Codes of the answer's error: "not-found", "later" (too much waits), and what the disk says;
    // then nothing has changed and nothing was sent.
    void submit(CaseId const& id, protocol::Event event, Answered answered);
    // The same on a worker thread, when nobody waits for the answer.
    void post(CaseId const& id, protocol::Event event);

private:
    struct Job {
        protocol::Event event;
        Answered answered;
    };
    struct Before {
        WallTime now;
        DocumentDigest policy, shadow_policy;
        DocumentDigest vouched;
    };
    struct Rest {
        WallTime since;
        Duration wait;
        bool forgot = true;  // what was only in memory, and has not been asked for since
    };
    static constexpr std::size_t waiting_max = 256;  // of one case
    static constexpr Duration rest_first = Duration::seconds(1);
    static constexpr Duration rest_most = Duration::minutes(1);

    void run(CaseId const& id, Job job);
    void finish(CaseId const& id, protocol::LedgersStep step, Before const& before,
                Answered const& answered, Outcome const& written);
    void carry_out(CaseId const& id, protocol::State const& state,
                   std::vector<protocol::Effect> effects, Answered const& answered);
    void next(CaseId const& id);
    std::optional<WallTime> rests_until(CaseId const& id);
    bool starts_anew(CaseId const& id);
    Duration rest(CaseId const& id);  // longer than the last time
    void has_written(CaseId const& id);
    Outcome add_votes(CaseId const& id, protocol::LedgersStep const& step, Batch& batch);
    Result<Batch> batch_of(CaseId const& id, Before const& before,
                           protocol::LedgersStep const& step);

    Premises const& premises_;
    LaneEffects effects_;
    Workers& workers_;
    Refusals refusals_;
    std::mutex mutex_;
    std::map<CaseId, std::deque<Job>> lanes_;  // of cases that are busy
    std::map<CaseId, Rest> rests_;             // of cases whose last write failed
    Recent<CaseId, protocol::Ledgers> ledgers_{cases_kept};
};

// The row that says that a stage of a policy's audience is out, and whether it has been published.
std::string release_key(CaseId const& id, unsigned version, unsigned stage);
Bytes release_row(bool published);

}  // namespace exhibit::guard
