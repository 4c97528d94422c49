#include "case/untold.hpp"

namespace exhibit {
namespace {

constexpr std::int64_t size_max = (std::int64_t{1} << 53) - 1;

Result<UntoldEvent::Sent> parse_sent(Json const& json) {
    auto object = TRY(JsonObject::of(json, "sent"));
    UntoldEvent::Sent sent;
    auto const number = TRY(take_unsigned(object, "number", 1, exhibit_number_max));
    sent.number = ExhibitNumber(number);
    sent.statement = TRY(take_digest(object, "statement"));
    auto const root = TRY(object.hex<32>("root"));
    sent.root = CipherRoot(root);
    auto const size = TRY(object.integer("size", 0, size_max));
    sent.size_bytes = static_cast<std::uint64_t>(size);
    TRY(object.finish());
    return sent;
}

Result<UntoldEvent> parse_event(Json const& json) {
    auto object = TRY(JsonObject::of(json, "untold"));
    UntoldEvent event;
    event.at = TRY(object.time("at"));
    if (object.has("sent")) {
        auto const* sent = TRY(object.any("sent"));
        event.sent = TRY(parse_sent(*sent));
    }
    TRY(object.finish());
    return event;
}

}  // namespace

std::string write_untold(std::vector<UntoldEvent> const& events) {
    Json list = Json::array();
    for (auto const& event : events) {
        Json one = {{"at", write_time(event.at)}};
        if (event.sent) {
            one["sent"] = {{"number", event.sent->number.get()},
                           {"statement", event.sent->statement.hex()},
                           {"root", event.sent->root.hex()},
                           {"size", event.sent->size_bytes}};
        }
        list.push_back(std::move(one));
    }
    return write_json({{"events", list}});
}

Result<std::vector<UntoldEvent>> parse_untold(ByteView text) {
    auto const json = TRY(parse_json(text));
    auto object = TRY(JsonObject::of(json, "untold.json"));
    auto const* list = TRY(object.array("events", untold_max));
    TRY(object.finish());
    std::vector<UntoldEvent> events;
    for (auto const& one : *list) {
        auto event = TRY(parse_event(one));
        events.push_back(event);
    }
    return events;
}

}  // namespace exhibit
