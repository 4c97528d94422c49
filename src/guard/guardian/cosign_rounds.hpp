// Asking the other guardians to cosign this guardian's log.
//
//   new entries ──> a round: one state, asked of every guardian of every case that waits
//               ──> enough for a case: its events are *logged*; else it waits for the next round
//
// One state a round, however many entries come meanwhile: cosignatures count together only when
// they are on the same state. A guardian that does not answer holds nobody up: a case is done with
// cosigners_needed of its guardians, and who failed is asked less and less often. So are the cases
// that wait for them: a round costs what its own cases cost, not what all that wait do.
#pragma once

#include "guard/guardian/cosign_call.hpp"
#include "guard/guardian/workers.hpp"

namespace exhibit::guard {

class CosignRounds {
public:
    CosignRounds(Premises const& premises, CustodyLog& log, Cosigner& cosigner, Doorman& doorman,
                 CosignOptions options);
    ~CosignRounds() { stop(); }
    // Cases whose last entries are not cosigned by enough are asked for again.
    Outcome start();
    void stop();

    // The case has, or may have, entries that are not cosigned by enough.
    void want(CaseId const& id);
    // A round that asks the guardians of all cases, and waits for its end: the state it was about,
    // with what came. For stamps. Codes "empty", "stopped", "log".
    struct Cosigned {
        unsigned generation = 1;
        CosignedState state;
        std::uint64_t size = 0;
    };
    Result<Cosigned> round_of_all();

    // Of the states that are cosigned by enough for the case: the newest of a generation, and the
    // first one that has an entry.
    Result<std::optional<Cosigned>> newest_for(CaseId const& id, unsigned generation);
    Result<std::optional<Cosigned>> first_for(CaseId const& id, unsigned generation,
                                              std::uint64_t index);

private:
    using Steady = std::chrono::steady_clock;
    struct Need {
        std::set<GuardianId> cosigners;
        unsigned needed = 0;
    };
    struct Round {
        CosignTarget target;
        CosignedState state;
        std::map<CaseId, Need> cases;
        std::set<CaseId> demanded;  // those that ask again if they are not satisfied
        bool of_all = false;
        std::size_t open = 0;  // answers still awaited
        bool closed = false;   // what comes now is too late for it
        bool satisfied(CaseId const& id) const;
        bool over() const;
    };
    struct Line {
        CosignMemory memory;
        bool busy = false;
        unsigned failures = 0;
        Steady::time_point not_before{};
    };

    void run();
    void plan_retry(bool was_retry);
    Outcome hold_round(std::unique_lock<std::mutex>& lock, std::set<CaseId> const& demanded,
                       bool of_all);
    Result<std::map<GuardianId, CosignPeer>> who_may(Round& round,
                                                     std::set<CaseId> const& cases) const;
    void ask(std::shared_ptr<Round> const& round, CosignPeer const& peer);
    Outcome keep(Round const& round);
    Result<std::optional<Cosigned>> cosigned_at(std::string const& key);

    Premises const& premises_;
    CustodyLog& log_;
    Cosigner& cosigner_;
    Doorman& doorman_;
    CosignOptions options_;

    std::mutex mutex_;  // of what follows
    std::condition_variable changed_;
    std::set<CaseId> wanted_;   // since the last round began
    std::set<CaseId> waiting_;  // a round was not enough for them; asked for again at retry_at_
    Steady::time_point retry_at_{};
    bool somebody_is_back_ = false;  // who had failed, or was late, has answered: no need to wait
    std::map<GuardianId, Line> lines_;
    std::uint64_t begun_ = 0, ended_ = 0;  // rounds
    std::optional<Result<Cosigned>> last_;
    bool fresh_ = false;  // somebody came since the last round began
    bool all_wanted_ = false;
    unsigned failures_ = 0;
    bool stopping_ = false;
    Workers asking_;
    std::thread thread_;
};

}  // namespace exhibit::guard
