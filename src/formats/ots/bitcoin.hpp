// Block headers of Bitcoin: 80 bytes, of which the Merkle root and the time matter here, and the
// rules that make a row of them a chain.
#pragma once

#include "base/time.hpp"
#include "crypto/digest.hpp"

namespace exhibit::ots {

class BlockHeader {
public:
    static constexpr std::size_t bytes = 80;
    static Result<BlockHeader> from(ByteView bytes);  // code "header"
    ByteArray<80> const& raw() const { return raw_; }
    // In the order in which they are stored; explorers show them reversed.
    Digest256 previous() const;
    Digest256 merkle_root() const;
    Digest256 hash() const;
    std::uint32_t bits() const;
    WallTime time() const;
    // Is the hash below the target that the header itself names? That alone proves little.
    bool has_its_work() const;
    friend bool operator==(BlockHeader const&, BlockHeader const&) = default;

private:
    explicit BlockHeader(ByteArray<80> const& raw) : raw_(raw) {}
    std::uint32_t number_at(std::size_t offset) const;
    ByteArray<80> raw_;
};

// As explorers show a block's hash.
std::string show_block_hash(Digest256 const& hash);
Result<Digest256> parse_block_hash(std::string_view hex);

// The easiest target that a chain allows, in compact form. Test chains have an easier one, and what
// was checked by it is worth nothing outside of tests.
struct ChainRules {
    std::uint32_t easiest_bits = 0x1d00ffff;
};
// Its target is easier than the chain allows.
bool is_too_easy(BlockHeader const& header, ChainRules const& rules = {});

// A block that everyone can look up, at which checking begins; its height is a multiple of 2016.
struct ChainStart {
    std::uint64_t height = 0;
    Digest256 hash{};
};

// Headers from `start` on: each names the one before it, has its work, and its target follows from
// the times of the last 2016. Code "chain". Most work of several chains is not compared: with a
// start of some years ago, forging a chain of real difficulty costs what Bitcoin costs.
Outcome check_chain(ChainStart const& start, std::vector<BlockHeader> const& headers,
                    ChainRules const& rules = {});

// The compact target after 2016 blocks that took `seconds`.
std::uint32_t next_bits(std::uint32_t bits, std::int64_t seconds, std::uint32_t easiest_bits);

}  // namespace exhibit::ots
