// This guardian's own log of what happened to exhibits: append-only, one for all its cases.
//
//   what happens ──one batch──> waiting event ──sequencer──> event with its place ──> entry on disk
//                                                            (signed)                     │
//                         anybody <── published state, signed and on disk <───────────────┘
//
// An event waits in the same batch of rows that makes what it tells about durable: neither is ever
// there without the other. The sequencer alone gives out places. It writes an event with its place
// to the rows before the entry goes to the log's file, so that a crash between the two leaves
// rows from which the entry is made again: the file is a function of the rows, and what was
// published once is never contradicted. That holds for a torn or a lost file too.
//
// A disk that went back in time would grow a second history under the same name. What was published
// is checked at the start; what only others remember they say when they are asked to cosign
// (cosign_rounds.hpp). Then this log ends, and another generation begins, with another key, and
// with every event that had no good proof in the old one.
#pragma once

#include <condition_variable>
#include <thread>

#include "guard/guardian/log_generation.hpp"
#include "guard/guardian/recent.hpp"

namespace exhibit::guard {

class CustodyLog {
public:
    // Told of each case that got new entries, on the sequencer's thread; quick.
    using Logged = std::function<void(CaseId const&)>;
    // Makes keys and files on the first start.
    static Result<std::unique_ptr<CustodyLog>> open(Premises const& premises, Path const& data);
    ~CustodyLog() { stop(); }
    // Begins to give out places.
    void start(Logged logged);
    // What waits, waits on: it is on disk.
    void stop();

    // The row that makes this an event of the log, once it is committed. The event tells no
    // content, names this guardian as its agent, and has no `prev` yet.
    Write row_of(CustodyEvent const& event) const;
    // Such a row has been committed. From any thread, also from a `done` of the rows.
    void committed();
    // Waits until everything committed before is an entry on disk.
    Outcome settle();

    std::shared_ptr<LogGeneration> current() const;
    SigningKey const& cosigner() const { return cosigner_; }
    // Our cards, oldest first.
    Result<std::vector<Envelope>> cards() const;

    // Where the last event of the case is.
    Result<std::optional<custody_key::Place>> last_place(CaseId const& id) const;
    // An older one too; null when it cannot be read.
    std::shared_ptr<LogGeneration> generation(unsigned number);
    struct CaseEvent {
        unsigned generation = 1;
        LoggedEvent logged;
    };
    // Of a case, in order.
    Result<std::vector<CaseEvent>> events(CaseId const& id) const;
    // Of the whole log (no case's), from this index on, at most so many.
    Result<std::vector<CaseEvent>> log_events(unsigned generation, std::uint64_t index,
                                              std::size_t most) const;

    // Others have cosigned a state of this generation that is not ours. The next one begins soon.
    void give_up(unsigned generation);

private:
    CustodyLog(Premises const& premises, Path data, SigningKey cosigner)
        : premises_(premises), data_(std::move(data)), cosigner_(std::move(cosigner)) {}
    static Outcome read_events(std::vector<Row> const& page, std::vector<CaseEvent>& into);
    Outcome open_current();
    Outcome begin_next(unsigned after);
    Result<Batch> rows_to_wait_again(unsigned generation);
    void run();
    Outcome sequence();
    Outcome place(LogGeneration& log, std::vector<WaitingEvent> waiting);
    Result<std::optional<DocumentDigest>> last_of(std::string const& of_case);

    Premises const& premises_;
    Path data_;
    SigningKey cosigner_;
    Logged logged_;
    Recent<std::string, DocumentDigest> last_{4096};  // the sequencer's

    mutable std::mutex mutex_;  // of what follows
    std::condition_variable changed_;
    std::shared_ptr<LogGeneration> current_;  // a reader may outlive the generation
    std::map<unsigned, std::shared_ptr<LogGeneration>> older_;
    std::uint64_t wanted_ = 0, done_ = 0;  // calls of committed(), and how many are carried out
    std::optional<Error> trouble_;
    unsigned given_up_ = 0;
    bool stopping_ = false;
    std::thread sequencer_;
};

}  // namespace exhibit::guard
