// An event's place in a guardian's log, as it can be shown to anybody.
//
//   entry = SHA-256(salt ‖ PAE)      PAE: what the event's signature is over (formats/dsse)
//
// The log holds entries only. The salt, 32 random bytes, stays with the guardian, beside the event,
// until the release (it is the `extra` line of the .tlog-proof): before that nobody can tell what
// an entry is of, or that two entries are of one case.
#pragma once

#include "case/custody_event.hpp"
#include "case/log_card.hpp"
#include "formats/tlog/proof.hpp"

namespace exhibit {

using LogSalt = ByteArray<32>;

Digest256 log_entry(LogSalt const& salt, Envelope const& event);

// A proof as it lies in a folder or comes over a wire. Code "proof" without a salt.
tlog::Proof make_event_proof(LogSalt const& salt, std::uint64_t index, tlog::Path path,
                             tlog::Note checkpoint);

// Where an event stands, judged.
struct LogPlace {
    LogName log;
    std::uint64_t index = 0;
    tlog::Checkpoint checkpoint;  // of a state of the log that has the event
    std::size_t cosigners = 0;    // distinct ones that count
    // The (f+1)-th earliest of the cosigners' times: at most f of them lie, so by then an honest
    // guardian had seen a state of the log that has the event.
    WallTime existed_by;
};
// Codes: "proof", "log-card", "quorum", "signature", "inclusion", "origin" and those of tlog.
Result<LogPlace> judge_event_proof(Envelope const& event, tlog::Proof const& proof,
                                   LogCards const& cards, Policy const& policy);

// A state of a guardian's log that a device knew before it sealed something: the newest one, with
// the other guardians' cosignatures. What was made with it in hand is not older than they are.
struct NotBefore {
    LogName log;
    tlog::Checkpoint checkpoint;
    // The (f+1)-th newest time: at most f of the cosigners lie, so an honest one signed no earlier.
    WallTime time;
};
// Codes as above; "quorum" with fewer than f+1 cosigners.
Result<NotBefore> judge_not_before(tlog::Note const& checkpoint, LogCards const& cards,
                                   Policy const& policy);

}  // namespace exhibit
