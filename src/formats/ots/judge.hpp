// What a proof proves, with the block headers at hand. Offline.
#pragma once

#include <map>

#include "formats/ots/bitcoin.hpp"
#include "formats/ots/detached.hpp"

namespace exhibit::ots {

// Why a header is believed, weakest first.
enum class Grade {
    given,    // somebody put it beside the proof: worth what they are worth
    pinned,   // its hash is in a list that came another way
    chained,  // part of a chain checked from a well-known block
};

struct KnownHeader {
    BlockHeader header;
    Grade grade = Grade::given;
};
// By height. A better grade takes the place of a lesser one.
class KnownHeaders {
public:
    // Given headers with proof of work of their own; code "header" for one that has none, or whose
    // target is easier than any of Bitcoin's: that is a test chain, and anybody can make one.
    Outcome give(std::uint64_t height, BlockHeader const& header, ChainRules const& rules = {});
    void pin(std::uint64_t height, Digest256 const& hash);
    // Code "chain".
    Outcome chain(ChainStart const& start, std::vector<BlockHeader> const& headers,
                  ChainRules const& rules = {});
    // None when there is none, or when a pinned hash contradicts it.
    std::optional<KnownHeader> at(std::uint64_t height) const;
    bool contradicted(std::uint64_t height) const;

private:
    std::map<std::uint64_t, KnownHeader> headers_;
    std::map<std::uint64_t, Digest256> pinned_;
};

struct BitcoinClaim {
    enum class State {
        proven,          // the header's Merkle root is what the proof leads to
        no_header,       // the header of that block is not at hand
        wrong_root,      // it is at hand, and another root stands in it
        contradicted,    // the header at hand is not the pinned block
        not_computable,  // beyond an operation that is not computed here
    };
    State state = State::no_header;
    std::uint64_t height = 0;
    WallTime time;  // when proven; miners may be off by about two hours
    Grade grade = Grade::given;
};

struct Judged {
    std::vector<BitcoinClaim> bitcoin;
    std::vector<std::string> pending;  // calendars that promised; no proof
    std::size_t litecoin = 0, ethereum = 0, unknown = 0;
    // The earliest proven block, the best grade first.
    BitcoinClaim const* best() const;
};
Judged judge(Detached const& proof, KnownHeaders const& headers);

}  // namespace exhibit::ots
