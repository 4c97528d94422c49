#include "guard/guardian/custody_rows.hpp"

#include <charconv>
#include <cstdio>

#include "crypto/hash.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t salt_bytes = std::tuple_size_v<LogSalt>;
constexpr std::size_t number_digits = 12;
constexpr std::size_t generation_digits = 3;

Error bad_row() { return world_error("a row of the custody log is damaged").coded("row"); }

Result<LogSalt> salt_of(ByteView row) {
    if (row.size() <= salt_bytes) return bad_row();
    return exactly<salt_bytes>(row.first(salt_bytes));
}

template <typename T>
Result<T> parse_whole(std::string_view text, int base) {
    T value{};
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (failed != std::errc() || end != text.data() + text.size()) return bad_row();
    return value;
}

}  // namespace

Write waiting_row(std::string key, LogSalt const& salt, CustodyEvent const& event) {
    auto value = to_bytes(ByteView(salt));
    append(value, write_payload(event));
    return {Table::custody, std::move(key), std::move(value)};
}

Result<WaitingEvent> parse_waiting(std::string key, ByteView row) {
    auto const salt = TRY(salt_of(row));
    auto event = TRY(CustodyEvent::parse_payload(row.subspan(salt_bytes)));
    return WaitingEvent{std::move(key), salt, std::move(event)};
}

Bytes write_logged(LogSalt const& salt, std::string const& envelope) {
    auto value = to_bytes(ByteView(salt));
    append(value, envelope);
    return value;
}

Result<LoggedEvent> parse_logged(std::uint64_t index, ByteView row) {
    auto const salt = TRY(salt_of(row));
    auto envelope = TRY(parse_envelope(row.subspan(salt_bytes), document_bytes_max));
    return LoggedEvent{index, salt, std::move(envelope)};
}

Bytes write_cosigned(CosignedState const& state) {
    Json by = Json::object();
    for (auto const& [guardian, signature] : state.by)
        by[guardian.hex()] = tlog::write_signature_line(signature);
    return to_bytes(write_json({{"note", tlog::write_note(state.note)}, {"by", by}}));
}

Result<CosignedState> parse_cosigned(ByteView row) {
    auto const json = TRY(parse_json(row));
    auto object = TRY(JsonObject::of(json, "cosigned"));
    auto const note = TRY(object.text("note", 4096));
    CosignedState state;
    state.note = TRY(tlog::parse_note(note));
    auto const* by = TRY(object.any("by"));
    TRY(object.finish());
    for (auto const& [name, line] : by->items()) {
        auto const guardian = TRY(GuardianId::from_hex(name));
        if (!line.is_string()) return bad_row();
        auto lines = TRY(tlog::parse_signature_lines(line.get_ref<std::string const&>()));
        state.by.emplace(guardian, std::move(lines.front()));
    }
    return state;
}

namespace custody_key {

std::string number(std::uint64_t value) {
    char text[32];
    std::snprintf(text, sizeof text, "%012llx", static_cast<unsigned long long>(value));
    return text;
}
std::string generation_of(unsigned value) {
    char text[16];
    std::snprintf(text, sizeof text, "%03u", value);
    return text;
}
std::string of_case(std::optional<CaseId> const& id) { return id ? id->text() : std::string("-"); }
std::string events(std::string const& of_case) { return "e/" + of_case + "/"; }
std::string event(std::string const& of_case, unsigned generation, std::uint64_t index) {
    return events(of_case) + generation_of(generation) + "/" + number(index);
}
std::string entry(unsigned generation, std::uint64_t index) {
    return "i/" + generation_of(generation) + "/" + number(index);
}
std::string last(std::string const& of_case) { return "l/" + of_case; }
std::string published(unsigned generation) { return "p/" + generation_of(generation); }
std::string own_card(unsigned generation) { return "card/" + generation_of(generation); }
std::string cards(GuardianId const& guardian) { return "k/" + guardian.hex() + "/"; }
std::string card(GuardianId const& guardian, unsigned generation) {
    return cards(guardian) + generation_of(generation);
}
std::string seen(std::string_view origin) { return "o/" + to_hex(sha256(origin)); }
std::string cosigned(unsigned generation, std::uint64_t size) {
    return "c/" + generation_of(generation) + "/" + number(size);
}
std::string good(std::string const& of_case, unsigned generation) {
    return "g/" + of_case + "/" + generation_of(generation);
}

std::string good_at(std::string const& of_case, unsigned generation, std::uint64_t size) {
    return "f/" + of_case + "/" + generation_of(generation) + "/" + number(size);
}

Result<Place> place_in(std::string_view key) {
    auto const slash = key.rfind('/');
    if (slash == std::string_view::npos || slash < generation_digits ||
        key.size() - slash - 1 != number_digits)
        return bad_row();
    auto const digits = key.substr(slash - generation_digits, generation_digits);
    auto const generation = TRY(parse_whole<unsigned>(digits, 10));
    auto const number = TRY(parse_whole<std::uint64_t>(key.substr(slash + 1), 16));
    return Place{generation, number};
}

Bytes write_last(DocumentDigest const& digest, Place const& place) {
    return to_bytes(digest.hex() + " " + generation_of(place.generation) + "/" +
                    custody_key::number(place.number));
}

}  // namespace custody_key

}  // namespace exhibit::guard
