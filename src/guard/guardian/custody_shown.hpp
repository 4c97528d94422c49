// One case's custody record as it is now: each event with its place in the earliest stamped state
// that has it, or the earliest cosigned one while none is stamped; the stamps; and for each stamp
// the events that tell of it, in a later state, so that it outlives its authority's certificate.
#pragma once

#include <map>

#include "formats/ots/ots.hpp"
#include "guard/guardian/cosign_rounds.hpp"
#include "guard/guardian/stamp_book.hpp"

namespace exhibit::guard {

class ShownCase {
public:
    ShownCase(CustodyLog& log, CosignRounds& rounds, StampBook& book, CaseId const& id,
              Policy const& policy)
        : log_(log), rounds_(rounds), book_(book), id_(id), policy_(policy) {}

    // In the order of the log.
    Outcome add(CustodyLog::CaseEvent const& event);
    // Once; then the record is whole, but for guardian and cards.
    Result<CustodyRecord> finish();

private:
    using Place = std::pair<unsigned, std::uint64_t>;  // generation and size
    Result<std::optional<KeptStamp>> stamp_after(unsigned generation, std::uint64_t index);
    Result<std::string> proof_of(CustodyLog::CaseEvent const& event);
    Result<std::string> write_proof(CustodyLog::CaseEvent const& event, std::uint64_t size,
                                    CosignedState const& state);
    Outcome add_stamp(KeptStamp const& stamp);
    Outcome add_events_of(KeptStamp const& stamp);
    Result<std::optional<KeptStamp>> renewal_of(KeptStamp const& stamp, std::uint64_t index);
    bool is_good(KeptStamp const& stamp) const;

    CustodyLog& log_;
    CosignRounds& rounds_;
    StampBook& book_;
    CaseId const& id_;
    Policy const& policy_;
    CustodyRecord record_;
    std::optional<KeptStamp> last_;               // of stamp_after: events come in order
    std::optional<CosignRounds::Cosigned> good_;  // likewise
    std::map<Place, KeptStamp> used_;
    std::map<unsigned, std::optional<KeptStamp>> newest_;
};

// The note with the cosignatures of the policy's guardians: those of other cases are nobody's
// business here.
tlog::Note note_for(CosignedState const& state, Policy const& policy);

}  // namespace exhibit::guard
