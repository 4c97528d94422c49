#include "formats/ots/bitcoin.hpp"

#include <algorithm>

#include "crypto/hash.hpp"

namespace exhibit::ots {
namespace {

constexpr std::uint64_t blocks_per_period = 2016;
constexpr std::int64_t period_seconds = 14 * 24 * 3600;

// A target: 256 bits, the least significant byte first, with room for one multiplication.
using Target = ByteArray<40>;

// The compact form is a float of base 256: exponent and 23 bits. None when it is negative, zero or
// too large.
std::optional<Target> expand(std::uint32_t bits) {
    auto const exponent = bits >> 24;
    auto const mantissa = bits & 0x7fffff;
    if ((bits & 0x800000) != 0 || mantissa == 0 || exponent > 34) return std::nullopt;
    Target out{};
    for (unsigned i = 0; i < 3; ++i) {
        auto const byte = static_cast<Byte>(mantissa >> (8 * i));
        auto const place = static_cast<int>(exponent) - 3 + static_cast<int>(i);
        if (place < 0 || byte == 0) continue;
        if (place >= 32) return std::nullopt;
        out[static_cast<std::size_t>(place)] = byte;
    }
    return out;
}

std::uint32_t compact(Target const& target) {
    auto size = target.size();
    while (size > 0 && target[size - 1] == 0) --size;
    std::uint32_t mantissa = 0;
    for (std::size_t i = 0; i < 3; ++i)
        mantissa = mantissa << 8 | (size > i ? target[size - 1 - i] : 0);
    // The highest bit is a sign.
    if ((mantissa & 0x800000) != 0) {
        mantissa >>= 8;
        ++size;
    }
    return static_cast<std::uint32_t>(size) << 24 | mantissa;
}

bool below_or_equal(Target const& a, Target const& b) {
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend()) || a == b;
}

Target times(Target const& target, std::uint64_t factor) {
    Target out{};
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        carry += target[i] * factor;
        out[i] = static_cast<Byte>(carry);
        carry >>= 8;
    }
    return out;
}

Target divided(Target const& target, std::uint64_t divisor) {
    Target out{};
    std::uint64_t rest = 0;
    for (auto i = out.size(); i-- > 0;) {
        rest = rest << 8 | target[i];
        out[i] = static_cast<Byte>(rest / divisor);
        rest %= divisor;
    }
    return out;
}

Error broken(std::uint64_t height, char const* what) {
    return bad_input(std::string(what) + " (block " + std::to_string(height) + ")").coded("chain");
}

}  // namespace

Result<BlockHeader> BlockHeader::from(ByteView view) {
    auto const raw = exactly<80>(view);
    if (!raw.ok()) return bad_input("is no block header: it has not 80 bytes").coded("header");
    return BlockHeader(*raw);
}

std::uint32_t BlockHeader::number_at(std::size_t offset) const {
    std::uint32_t out = 0;
    for (std::size_t i = 4; i-- > 0;) out = out << 8 | raw_[offset + i];
    return out;
}

Digest256 BlockHeader::previous() const {
    return exactly<32>(ByteView(raw_).subspan(4, 32)).take();
}
Digest256 BlockHeader::merkle_root() const {
    return exactly<32>(ByteView(raw_).subspan(36, 32)).take();
}
Digest256 BlockHeader::hash() const { return sha256(ByteView(sha256(ByteView(raw_)))); }
std::uint32_t BlockHeader::bits() const { return number_at(72); }
WallTime BlockHeader::time() const {
    return WallTime::from_ms(static_cast<std::int64_t>(number_at(68)) * 1000);
}

bool BlockHeader::has_its_work() const {
    auto const target = expand(bits());
    Target value{};
    std::ranges::copy(hash(), value.begin());  // both begin with the least significant byte
    return target && below_or_equal(value, *target);
}

std::string show_block_hash(Digest256 const& hash) {
    auto reversed = hash;
    std::ranges::reverse(reversed);
    return to_hex(reversed);
}

Result<Digest256> parse_block_hash(std::string_view hex) {
    auto out = TRY(from_hex_exact<32>(hex));
    std::ranges::reverse(out);
    return out;
}

std::uint32_t next_bits(std::uint32_t bits, std::int64_t seconds, std::uint32_t easiest_bits) {
    seconds = std::clamp(seconds, period_seconds / 4, period_seconds * 4);
    auto const old_target = expand(bits);
    auto const easiest = expand(easiest_bits);
    if (!old_target || !easiest) return 0;
    auto const target =
        divided(times(*old_target, static_cast<std::uint64_t>(seconds)), period_seconds);
    return compact(below_or_equal(target, *easiest) ? target : *easiest);
}

bool is_too_easy(BlockHeader const& header, ChainRules const& rules) {
    auto const target = expand(header.bits());
    auto const easiest = expand(rules.easiest_bits);
    VERIFY(easiest.has_value());
    return !target || !below_or_equal(*target, *easiest);
}

Outcome check_chain(ChainStart const& start, std::vector<BlockHeader> const& headers,
                    ChainRules const& rules) {
    if (start.height % blocks_per_period != 0)
        return broken(start.height, "checking must begin where targets change");
    if (headers.empty() || headers.front().hash() != start.hash)
        return broken(start.height, "the first header is not the block at which to begin");
    for (std::size_t i = 0; i < headers.size(); ++i) {
        auto const height = start.height + i;
        if (is_too_easy(headers[i], rules))
            return broken(height, "the target is easier than any may be");
        if (!headers[i].has_its_work())
            return broken(height, "a header has not the work it claims");
        if (i == 0) continue;
        auto const& before = headers[i - 1];
        if (headers[i].previous() != before.hash())
            return broken(height, "a header does not follow the one before it");
        auto bits = before.bits();
        if (height % blocks_per_period == 0) {
            auto const took = before.time() - headers[i - blocks_per_period].time();
            bits = next_bits(bits, took.count_ms() / 1000, rules.easiest_bits);
        }
        if (headers[i].bits() != bits) return broken(height, "the target is not the one due");
    }
    return {};
}

}  // namespace exhibit::ots
