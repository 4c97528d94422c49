// What witnesses leave here before a border, and fetch again from anywhere (case/travel.hpp).
//
//   note ──> announced ──both files whole──> current; what was current before is removed
//   GET by name: one of a current or announced pair, if it is whole; else the same 404 as ever
//
// Two files per case, two more while they are being replaced, each at most travel_bytes_max: beside
// the case's quota, because a case whose room is full of footage must be able to travel. The name
// alone is asked for: 256 bits that only a sentence gives; no case, no address book, no list.
#pragma once

#include <mutex>
#include <set>

#include "case/travel.hpp"
#include "guard/guardian/premises.hpp"
#include "net/server.hpp"

namespace exhibit::guard {

using LookUpName = ByteArray<32>;

class Travellers {
public:
    explicit Travellers(Premises const& premises) : premises_(premises) {}

    // Codes "signature", "case", "not-mine", "conflict" (an older note than the current one, or one
    // from the future), the parser's.
    Outcome announce(CaseId const& id, Envelope envelope);
    // Where the body of a PUT goes; it ends with 204 when the digest is the announced one. Codes
    // "not-found" (not announced), "exists" (is here whole), "conflict" (being sent already),
    // "length". The caller has admitted the witness.
    Result<std::unique_ptr<BodySink>> receive(CaseId const& id, LookUpName const& name,
                                              std::optional<std::uint64_t> length);

    struct File {
        Path path;
        std::uint64_t size_bytes = 0;
    };
    // Code "not-found".
    Result<File> find(LookUpName const& name);

    // Called by the sink.
    Outcome finish(CaseId const& id, TravelNote::Left const& left, Digest256 const& got);
    void stopped(LookUpName const& name);

private:
    struct Shelf {
        std::optional<Signed<TravelNote>> current, announced;
        std::vector<LookUpName> sweep;  // files that no note names any more
        bool knows(LookUpName const& name) const;
    };
    Result<Shelf> shelf_of(CaseId const& id);
    Outcome save(CaseId const& id, Shelf const& shelf);
    Outcome sweep(CaseId const& id, Shelf& shelf);
    Result<bool> is_whole(TravelNote const& note);

    Premises const& premises_;
    std::mutex mutex_;  // of the shelves
    std::set<LookUpName> arriving_;
};

}  // namespace exhibit::guard
