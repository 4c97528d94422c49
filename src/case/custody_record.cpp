#include "case/custody_record.hpp"

namespace exhibit {
namespace {

constexpr std::size_t cards_max = 64;
constexpr std::size_t tokens_max = 16;
constexpr std::size_t certificates_max = 256;
constexpr std::size_t certificate_bytes_max = 64 * 1024;
constexpr std::size_t blocks_max = 10'000;
constexpr std::size_t authority_max = 32;
constexpr std::int64_t height_max = 100'000'000;

Error wrong(std::string what, std::string where) {
    return bad_input(std::move(what)).at(std::move(where)).coded("custody");
}

Json write_list(std::vector<Bytes> const& list) {
    Json out = Json::array();
    for (auto const& one : list) out.push_back(to_base64(one));
    return out;
}

Result<Bytes> bytes_of(Json const& json, char const* where, std::size_t limit) {
    if (!json.is_string()) return wrong("is not base64", where);
    auto bytes = TRY(from_base64(json.get_ref<std::string const&>()));
    if (bytes.size() > limit) return wrong("is too large", where);
    return bytes;
}

Result<std::vector<Bytes>> take_list(JsonObject& object, char const* key, std::size_t count_max,
                                     std::size_t limit) {
    std::vector<Bytes> out;
    auto const* list = TRY(object.array(key, count_max));
    for (auto const& one : *list) {
        auto bytes = TRY(bytes_of(one, key, limit));
        out.push_back(std::move(bytes));
    }
    return out;
}

Json write_stamp(LogStamp const& stamp) {
    Json tokens = Json::array();
    for (auto const& one : stamp.tokens)
        tokens.push_back({{"authority", one.authority}, {"token", to_base64(one.token)}});
    Json json = {{"checkpoint", stamp.checkpoint}, {"tokens", tokens}};
    if (!stamp.ots.empty()) json["ots"] = to_base64(stamp.ots);
    return json;
}

Result<LogStamp> parse_stamp(Json const& json) {
    auto object = TRY(JsonObject::of(json, "stamps"));
    LogStamp stamp;
    stamp.checkpoint = TRY(object.text("checkpoint", 4096));
    auto const* tokens = TRY(object.array("tokens", tokens_max));
    for (auto const& one : *tokens) {
        auto entry = TRY(JsonObject::of(one, "tokens"));
        LogStamp::Token token;
        token.authority = TRY(entry.text("authority", authority_max));
        TRY(check_authority_name(token.authority));
        token.token = TRY(entry.base64("token", token_bytes_max));
        TRY(entry.finish());
        stamp.tokens.push_back(std::move(token));
    }
    if (object.has("ots")) stamp.ots = TRY(object.base64("ots", ots_bytes_max));
    TRY(object.finish());
    return stamp;
}

Result<CustodyRecord::Event> parse_event(Json const& json) {
    auto object = TRY(JsonObject::of(json, "events"));
    CustodyRecord::Event event;
    event.event = TRY(take_envelope(object, "event"));
    auto proof = TRY(object.optional_text("proof", proof_text_max));
    event.proof = proof.value_or("");
    TRY(object.finish());
    return event;
}

Result<KnownBlock> parse_block(Json const& json) {
    auto object = TRY(JsonObject::of(json, "blocks"));
    KnownBlock block;
    auto const height = TRY(object.integer("height", 0, height_max));
    block.height = static_cast<std::uint64_t>(height);
    block.header = TRY(object.hex<80>("header"));
    TRY(object.finish());
    return block;
}

Result<std::vector<Envelope>> take_cards(JsonObject& object) {
    std::vector<Envelope> cards;
    auto const* list = TRY(object.array("cards", cards_max));
    for (auto const& one : *list) {
        auto const bytes = TRY(bytes_of(one, "cards", document_bytes_max));
        auto envelope = TRY(parse_envelope(bytes, document_bytes_max));
        cards.push_back(std::move(envelope));
    }
    return cards;
}

}  // namespace

Outcome check_authority_name(std::string_view name) {
    bool good = !name.empty() && name.size() <= authority_max && name[0] != '.' && name[0] != '-';
    for (char c : name)
        good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-');
    if (!good) return wrong("an authority's name has 1 to 32 of a-z 0-9 . -", "authority");
    return {};
}

Json write_custody_record(CustodyRecord const& record) {
    Json cards = Json::array(), events = Json::array(), stamps = Json::array(),
         blocks = Json::array();
    for (auto const& card : record.cards) cards.push_back(envelope_field(card));
    for (auto const& one : record.events) {
        Json event = {{"event", envelope_field(one.event)}};
        if (!one.proof.empty()) event["proof"] = one.proof;
        events.push_back(std::move(event));
    }
    for (auto const& stamp : record.stamps) stamps.push_back(write_stamp(stamp));
    for (auto const& block : record.blocks)
        blocks.push_back({{"height", block.height}, {"header", to_hex(block.header)}});
    return {{"guardian", record.guardian.hex()},
            {"cards", cards},
            {"events", events},
            {"stamps", stamps},
            {"certificates", write_list(record.certificates)},
            {"crls", write_list(record.crls)},
            {"blocks", blocks}};
}

Result<CustodyRecord> read_custody_record(Json const& json) {
    auto object = TRY(JsonObject::of(json, "custody"));
    CustodyRecord record;
    record.guardian = TRY(take_guardian(object));
    record.cards = TRY(take_cards(object));
    auto const* events = TRY(object.array("events", custody_events_max));
    for (auto const& one : *events) {
        auto event = TRY(parse_event(one));
        record.events.push_back(std::move(event));
    }
    auto const* stamps = TRY(object.array("stamps", log_stamps_max));
    for (auto const& one : *stamps) {
        auto stamp = TRY(parse_stamp(one));
        record.stamps.push_back(std::move(stamp));
    }
    record.certificates =
        TRY(take_list(object, "certificates", certificates_max, certificate_bytes_max));
    record.crls = TRY(take_list(object, "crls", certificates_max, crl_bytes_max));
    auto const* blocks = TRY(object.array("blocks", blocks_max));
    for (auto const& one : *blocks) {
        auto const block = TRY(parse_block(one));
        record.blocks.push_back(block);
    }
    TRY(object.finish());
    return record;
}

Result<CustodyRecord> parse_custody_record(ByteView text) {
    auto const json =
        TRY(parse_json(text, {.bytes_max = custody_record_bytes_max, .depth_max = 8}));
    return read_custody_record(json);
}

}  // namespace exhibit
