// Making proofs: many digests under one tip, which calendars then promise to put into Bitcoin; and
// putting what calendars answer into the proofs.
#pragma once

#include "base/random.hpp"
#include "formats/ots/detached.hpp"

namespace exhibit::ots {

// Proofs that end in nothing yet; they have no written form before something is attached.
struct Unstamped {
    std::vector<Detached> proofs;  // in the order of the digests
    Digest256 tip{};               // what calendars are asked to stamp
};
// Each digest gets 16 random bytes appended and is hashed again, so that a calendar, and whoever
// reads a neighbour's proof, learns nothing of it. Not empty.
Unstamped make_unstamped(std::vector<Digest256> const& digests, Random& random);

// The body of an answer of a calendar about `message`. Codes "ots", "truncated".
Result<Timestamp> parse_calendar_answer(ByteView body, ByteView message);

// Adds what was answered about a message to the proof; false when the proof has no such message.
[[nodiscard]] bool attach(Detached& proof, ByteView message, Timestamp const& answer);

// What to ask calendars again about. Only addresses of `allowed` are given: a proof is somebody
// else's, and its addresses must not make us connect to anywhere.
struct Promise {
    std::string calendar;
    Bytes message;
};
std::vector<Promise> promises(Detached const& proof, std::vector<std::string> const& allowed);
// Is there a Bitcoin attestation in it?
bool is_complete(Detached const& proof);

// Once a block attests it, what calendars promised is worth nothing more: drops the promises, and
// the operations that led only to them. Does nothing to a proof that no block attests.
void prune(Detached& proof);

}  // namespace exhibit::ots
