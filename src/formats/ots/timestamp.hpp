// The tree of operations from a message to its attestations.
//
//   node = (ff item)* item        item = 00 attestation | operation node
//
// Attestations come before operations, each in the order of its bytes, none twice: one text per
// tree. Others may write another order; Order::any takes it and writes ours.
#pragma once

#include <functional>

#include "base/reader.hpp"
#include "crypto/hash.hpp"

namespace exhibit::ots {

inline constexpr std::size_t message_bytes_max = 4096;
inline constexpr std::size_t hexlify_bytes_max = 2048;
inline constexpr std::size_t attestation_payload_max = 8192;
inline constexpr std::size_t uri_bytes_max = 1000;
inline constexpr unsigned depth_max = 256;
inline constexpr std::size_t nodes_max = 100'000;
inline constexpr std::size_t calendar_answer_max = 10'000;

enum class Op : Byte {
    sha1 = 0x02,
    ripemd160 = 0x03,
    sha256 = 0x08,
    keccak256 = 0x67,
    append = 0xf0,
    prepend = 0xf1,
    reverse = 0xf2,
    hexlify = 0xf3,
};

struct Step {
    Op op = Op::sha256;
    Bytes argument;  // of append and prepend
    friend auto operator<=>(Step const&, Step const&) = default;
};

enum class Notary { pending, bitcoin, litecoin, ethereum, unknown };

struct Attestation {
    ByteArray<8> tag{};
    Bytes payload;
    Notary notary() const;
    std::string uri() const;       // of a pending one
    std::uint64_t height() const;  // of a block chain's
    // By tag; within one kind calendars by their address and blocks by their height, not by the
    // bytes of the payload, which begin with a length.
    friend std::strong_ordering operator<=>(Attestation const& a, Attestation const& b);
    friend bool operator==(Attestation const&, Attestation const&) = default;
};
Attestation pending(std::string_view uri);
Attestation bitcoin(std::uint64_t height);
bool is_calendar_uri(std::string_view uri);

struct Branch;
struct Timestamp {
    std::vector<Attestation> attestations;
    std::vector<Branch> branches;
    friend bool operator==(Timestamp const&, Timestamp const&);
};
struct Branch {
    Step step;
    Timestamp next;
    friend bool operator==(Branch const&, Branch const&) = default;
};
inline bool operator==(Timestamp const& a, Timestamp const& b) {
    return a.attestations == b.attestations && a.branches == b.branches;
}

// What an operation makes of a message: none when it cannot be computed here (keccak256).
std::optional<Bytes> perform(Step const& step, ByteView message);
bool is_hash(Op op);
std::size_t hash_bytes(Op op);

enum class Order { canonical, any };
// Codes "ots", "truncated". `message_bytes` is the length of what is stamped: results longer than
// message_bytes_max are refused while reading.
Result<Timestamp> parse_timestamp(Reader& reader, std::size_t message_bytes, Order order);
void write_timestamp(Bytes& to, Timestamp const& timestamp);

// Adds what another tree says of the same message.
void merge(Timestamp& into, Timestamp const& more);

// Every attestation with the message it is about; the message is none beyond what can be computed.
using Visit = std::function<void(Attestation const&, std::optional<Bytes> const& message)>;
void for_each_attestation(Timestamp const& timestamp, ByteView message, Visit const& visit);
// The node at which the message has become `at`, or null. Valid until the tree changes.
Timestamp* find_message(Timestamp& timestamp, ByteView message, ByteView at);

Result<std::uint64_t> take_varuint(Reader& reader);
void write_varuint(Bytes& to, std::uint64_t value);

}  // namespace exhibit::ots
