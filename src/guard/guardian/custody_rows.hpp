// What the custody log keeps in rows, and the only place that knows their keys (Table::custody).
//
//   w/TIME-RANDOM        an event that waits for its place: salt ‖ payload, not signed yet
//   e/CASE/GEN/INDEX     an event with its place: salt ‖ envelope; CASE is "-" for the whole log
//   i/GEN/INDEX          CASE: finds the event of an entry, from which the entry can be made again
//   l/CASE               digest of this guardian's last event of the case, and its GEN/INDEX
//   p/GEN                the newest state that was ever shown to anybody
//   generation, card/GEN of our own log
//   k/GUARDIAN/GEN       cards of other guardians; o/ORIGIN what we last cosigned of a log
//   c/GEN/SIZE           a state of ours that was cosigned, and by whom
//   g/CASE/GEN           the newest state of ours that is cosigned by enough for the case
//   f/CASE/GEN/SIZE      each such state that was the first to have some event of the case
//
// GEN has 3 digits, INDEX and SIZE 12 hex digits, so that keys are in their order.
#pragma once

#include "case/logged.hpp"
#include "store/rows.hpp"

namespace exhibit::guard {

struct WaitingEvent {
    std::string key;
    LogSalt salt{};
    CustodyEvent event;  // without prev
};
Write waiting_row(std::string key, LogSalt const& salt, CustodyEvent const& event);
Result<WaitingEvent> parse_waiting(std::string key, ByteView row);

struct LoggedEvent {
    std::uint64_t index = 0;
    LogSalt salt{};
    Envelope event;
};
Bytes write_logged(LogSalt const& salt, std::string const& envelope);
Result<LoggedEvent> parse_logged(std::uint64_t index, ByteView row);

// A state of our log with the cosignatures that came for it.
struct CosignedState {
    tlog::Note note;  // signed by the log alone
    std::map<GuardianId, tlog::NoteSignature> by;
};
Bytes write_cosigned(CosignedState const& state);
Result<CosignedState> parse_cosigned(ByteView row);

namespace custody_key {
inline constexpr char const* waiting = "w/";
inline constexpr char const* newest = "generation";
std::string number(std::uint64_t value);  // 12 hex digits
std::string generation_of(unsigned value);
std::string of_case(std::optional<CaseId> const& id);  // "ID" or "-"
std::string events(std::string const& of_case);        // "e/CASE/"
std::string event(std::string const& of_case, unsigned generation, std::uint64_t index);
std::string entry(unsigned generation, std::uint64_t index);
std::string last(std::string const& of_case);
std::string published(unsigned generation);
std::string own_card(unsigned generation);
std::string cards(GuardianId const& guardian);  // "k/GUARDIAN/"
std::string card(GuardianId const& guardian, unsigned generation);
std::string seen(std::string_view origin);
std::string cosigned(unsigned generation, std::uint64_t size);
std::string good(std::string const& of_case, unsigned generation);
std::string good_at(std::string const& of_case, unsigned generation, std::uint64_t size);
// The generation and the number at the end of a key; code "row".
struct Place {
    unsigned generation = 0;
    std::uint64_t number = 0;
};
Result<Place> place_in(std::string_view key);
// The row under last().
Bytes write_last(DocumentDigest const& digest, Place const& place);
}  // namespace custody_key

}  // namespace exhibit::guard
