#include "case/device_events.hpp"

namespace exhibit {
namespace {

Error wrong(std::string what) { return bad_input(std::move(what)).coded("custody"); }

// A witness may type more than an event may hold; the disclosures have it in full.
std::string short_text(std::string const& text) {
    auto size = std::min(text.size(), custody_text_max);
    while (size > 0 && !is_utf8(as_bytes(std::string_view(text).substr(0, size)))) --size;
    return text.substr(0, size);
}

class Story {
public:
    Story(DeviceStory const& told, SigningKey const& key) : told_(told), key_(key) {}

    // Of the exhibit that is being sealed.
    void add(CustodyEvent event) {
        event.exhibit = told_.number;
        event.in = {CustodyItem::original(told_.facts.sha256, told_.facts.size_bytes)};
        add_as_it_is(std::move(event));
    }
    void add_as_it_is(CustodyEvent event) {
        event.case_id = told_.case_id;
        event.agent.key_id = guardian_id(key_.public_key()).bytes();  // SHA-256 of a key
        event.tool = parse_tool(told_.facts.tool);
        if (!events_.empty()) event.prev = document_digest(events_.back());
        events_.push_back(Signed<CustodyEvent>::sign(std::move(event), key_).envelope());
    }
    std::vector<Envelope> take() { return std::move(events_); }

private:
    DeviceStory const& told_;
    SigningKey const& key_;
    std::vector<Envelope> events_;
};

CustodyEvent by(CustodyEvent::Agent::Role role, CustodyKind kind, CustodyEvent::Basis basis) {
    CustodyEvent event;
    event.event = kind;
    event.basis = basis;
    event.agent.role = role;
    return event;
}

CustodyEvent event_of(UntoldEvent const& earlier, DocumentDigest const& policy) {
    auto const kind = earlier.sent ? CustodyKind::sent : CustodyKind::device_wiped;
    auto event = by(CustodyEvent::Agent::Role::device, kind, CustodyEvent::Basis::device_clock);
    event.at = earlier.at;
    if (!earlier.sent) {
        event.in = {CustodyItem::document(CustodyItem::Role::policy, policy)};
        event.reason = "the case was left with the guardians and overwritten here";
        return event;
    }
    event.exhibit = earlier.sent->number;
    event.in = {CustodyItem::document(CustodyItem::Role::statement, earlier.sent->statement),
                CustodyItem::ciphertext(earlier.sent->root, earlier.sent->size_bytes)};
    event.reason = "to the guardians";
    return event;
}

bool fits(CustodyEvent const& event, ExhibitNumber sealed) {
    if (event.event == CustodyKind::sent) return event.exhibit.has_value();
    if (event.event == CustodyKind::device_wiped) return !event.exhibit;
    return event.exhibit == sealed;
}

}  // namespace

CustodyEvent::Tool parse_tool(std::string_view identity) {
    constexpr std::string_view mark = " sha256:";
    CustodyEvent::Tool tool;
    if (auto const at = identity.find(mark); at != std::string_view::npos) {
        auto const digest = from_hex_exact<32>(identity.substr(at + mark.size()));
        if (digest.ok()) tool.sha256 = *digest;
        identity = identity.substr(0, at);
    }
    auto const space = identity.find(' ');
    tool.name = short_text(std::string(identity.substr(0, space))).substr(0, 64);
    if (space != std::string_view::npos)
        tool.version = std::string(identity.substr(space + 1)).substr(0, 64);
    if (!is_utf8(as_bytes(tool.name)) || !is_utf8(as_bytes(tool.version)))
        return {"unknown", "", {}};
    return tool;
}

std::vector<Envelope> state_device_events(DeviceStory const& told, SigningKey const& exhibit_key) {
    using Role = CustodyEvent::Agent::Role;
    using Basis = CustodyEvent::Basis;
    auto const& facts = told.facts;
    Story story(told, exhibit_key);
    for (auto const& earlier : told.earlier) story.add_as_it_is(event_of(earlier, told.policy));
    if (facts.claimed_time || facts.place_exact) {
        auto event = by(Role::witness, CustodyKind::captured_claimed, Basis::stated);
        if (facts.claimed_time) {
            if (auto const time = parse_time(*facts.claimed_time); time.ok()) event.at = *time;
            event.note = short_text(*facts.claimed_time);
        }
        if (facts.place_exact) event.place = short_text(*facts.place_exact);
        story.add(std::move(event));
    }
    if (told.imported_from) {
        auto event = by(Role::witness, CustodyKind::imported, Basis::device_clock);
        event.at = facts.device_clock;
        event.note = short_text(*told.imported_from);
        story.add(std::move(event));
    }
    auto event = by(Role::device, CustodyKind::sealed, Basis::device_clock);
    event.at = facts.device_clock;
    event.reason = "encrypted to the case's key, signed, and committed to";
    story.add(std::move(event));
    return story.take();
}

std::string write_device_lines(std::vector<Envelope> const& events) {
    std::string text;
    for (auto const& event : events) text += write_envelope(event) + "\n";
    return text;
}

Result<std::vector<Envelope>> parse_device_lines(std::string_view text) {
    std::vector<Envelope> events;
    while (!text.empty()) {
        auto const end = text.find('\n');
        if (end == std::string_view::npos) return wrong("the last line does not end");
        if (events.size() == device_events_max) return wrong("there are too many events");
        auto envelope = TRY(parse_envelope(as_bytes(text.substr(0, end)), document_bytes_max));
        events.push_back(std::move(envelope));
        text.remove_prefix(end + 1);
    }
    return events;
}

Result<Signed<CustodyEvent>> open_device_event(Envelope const& envelope,
                                               SealStatement const& statement) {
    auto event = TRY(Signed<CustodyEvent>::open(envelope, statement.key));
    if (event->case_id != statement.claims.case_id || !fits(event.value(), statement.claims.number))
        return wrong("is about another exhibit");
    if (event->agent.key_id != guardian_id(statement.key).bytes())
        return wrong("names another agent than signed it");
    return event;
}

}  // namespace exhibit
