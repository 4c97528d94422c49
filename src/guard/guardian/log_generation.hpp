// One generation of this guardian's log: its key, its card, its file. It ends only when the disk
// went back in time; then the next one begins, under another name.
#pragma once

#include "guard/guardian/custody_rows.hpp"
#include "guard/guardian/premises.hpp"
#include "store/entry_log.hpp"

namespace exhibit::guard {

struct PublishedState {
    tlog::Checkpoint checkpoint;
    tlog::Note note;  // signed by the log alone
};

class LogGeneration {
public:
    // Makes key, card and file if need be; makes entries again that the file lacks and the rows
    // have. Code "rolled-back": what was published is not what is here.
    static Result<std::shared_ptr<LogGeneration>> open(Premises const& premises, Path const& data,
                                                       unsigned number, SigningKey const& cosigner);

    LogName name() const { return {premises_.id, number_}; }
    unsigned number() const { return number_; }
    Envelope const& card() const { return card_; }
    EntryLog& entries() { return *entries_; }
    EntryLog const& entries() const { return *entries_; }

    // The newest state, signed, and on disk before this returns. Code "empty" before the first
    // entry.
    Result<PublishedState> publish();
    std::optional<PublishedState> published() const;

private:
    LogGeneration(Premises const& premises, unsigned number, SigningKey key, Envelope card,
                  std::unique_ptr<EntryLog> entries)
        : premises_(premises),
          number_(number),
          key_(std::move(key)),
          card_(std::move(card)),
          entries_(std::move(entries)) {}
    Outcome repair();
    Outcome check_published();

    Premises const& premises_;
    unsigned number_;
    SigningKey key_;
    Envelope card_;
    std::unique_ptr<EntryLog> entries_;
    std::mutex publishing_;
    mutable std::mutex mutex_;  // of what follows
    std::optional<PublishedState> published_;
};

}  // namespace exhibit::guard
