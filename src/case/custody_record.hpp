// All that one guardian can show of a case's custody and time: its events with their places in its
// log, the states of that log that were time-stamped, and what the stamps are judged with. Nobody
// signs the whole: each part carries its own proof, or counts for nothing.
//
//   event ──entry──> log ──checkpoint──> SHA-256 of its signed note ──> token, .ots
//
// What is stamped is a state of the log, so one stamp a while covers every exhibit of every case,
// an authority learns nothing, and stamps renew each other: the `timestamped` event of a stamp is
// an entry that the next stamp covers.
#pragma once

#include "case/logged.hpp"

namespace exhibit {

// [a-z0-9.-], at most 32: how files call an authority.
Outcome check_authority_name(std::string_view name);

struct LogStamp {
    struct Token {
        std::string authority;  // a name by the guardian that asked; the token says who signed
        Bytes token;            // DER
    };
    // The signed note with the log's own signature alone: what tokens and proofs are over, byte for
    // byte.
    std::string checkpoint;
    std::vector<Token> tokens;
    Bytes ots;  // a detached OpenTimestamps proof; empty for none; may still be pending
};

struct KnownBlock {
    std::uint64_t height = 0;
    ByteArray<80> header{};
    friend bool operator==(KnownBlock const&, KnownBlock const&) = default;
};

struct CustodyRecord {
    struct Event {
        Envelope event;
        std::string proof;  // .tlog-proof; empty while it is not cosigned by enough
    };
    GuardianId guardian;
    std::vector<Envelope> cards;  // LogCards: its own, and those of its cosigners
    std::vector<Event> events;    // in the order of its log
    std::vector<LogStamp> stamps;
    std::vector<Bytes> certificates;  // DER, of authorities
    std::vector<Bytes> crls;          // DER
    std::vector<KnownBlock> blocks;   // of Bitcoin, as this guardian knows them
};

inline constexpr std::size_t custody_record_bytes_max = 32u << 20;
inline constexpr std::size_t custody_events_max = 100'000;
inline constexpr std::size_t log_stamps_max = 10'000;
inline constexpr std::size_t token_bytes_max = 64 * 1024;
inline constexpr std::size_t ots_bytes_max = 256 * 1024;
inline constexpr std::size_t crl_bytes_max = 1 << 20;
inline constexpr std::size_t proof_text_max = 32 * 1024;

Json write_custody_record(CustodyRecord const& record);
// Codes "custody" and those of JsonObject. Form only: nothing in it is believed yet.
Result<CustodyRecord> read_custody_record(Json const& json);
Result<CustodyRecord> parse_custody_record(ByteView text);

}  // namespace exhibit
