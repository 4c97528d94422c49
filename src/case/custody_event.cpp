#include "case/custody_event.hpp"

#include <algorithm>
#include <array>

namespace exhibit {
namespace {

using Kind = CustodyKind;
using Role = CustodyItem::Role;
using Agent = CustodyEvent::Agent;
using Basis = CustodyEvent::Basis;

constexpr char const* statement_type = "https://in-toto.io/Statement/v1";
constexpr std::int64_t size_max = (std::int64_t{1} << 53) - 1;
constexpr std::size_t word_max = 64;

constexpr std::array vocabulary{
    CustodyWords{Kind::captured_claimed, "captured-claimed", "capture", "observed"},
    CustodyWords{Kind::sealed, "sealed", "encryption", "preserved"},
    CustodyWords{Kind::imported, "imported", "ingestion", "collected"},
    CustodyWords{Kind::timestamped, "timestamped", "digital signature generation", "timestamped"},
    CustodyWords{Kind::timestamp_upgraded, "timestamp-upgraded", "digital signature generation",
                 "timestamped"},
    CustodyWords{Kind::logged, "logged", "validation", "registered"},
    CustodyWords{Kind::sent, "sent", "replication", "transferred"},
    CustodyWords{Kind::received, "received", "replication", "transferred"},
    CustodyWords{Kind::device_wiped, "device-wiped", "deletion", "disposed"},
    CustodyWords{Kind::fixity_ok, "fixity-ok", "fixity check", "verified"},
    CustodyWords{Kind::fixity_failed, "fixity-failed", "fixity check", "verified"},
    CustodyWords{Kind::repaired, "repaired", "recovery", "repaired"},
    CustodyWords{Kind::policy_changed, "policy-changed", "policy assignment", "released"},
    CustodyWords{Kind::voted, "voted", "policy assignment", "released"},
    CustodyWords{Kind::released, "released", "dissemination", "released"},
    CustodyWords{Kind::opened, "opened", "decryption", "accessed"},
    CustodyWords{Kind::exported, "exported", "exporting", "copied"},
    CustodyWords{Kind::redacted, "redacted", "redaction", "derived"},
    CustodyWords{Kind::transcoded, "transcoded", "migration", "derived"},
    CustodyWords{Kind::still_made, "still-made", "extraction", "derived"},
    CustodyWords{Kind::enhanced, "enhanced", "modification", "derived"},
    CustodyWords{Kind::translated, "translated", "creation", "annotated"},
    CustodyWords{Kind::transcribed, "transcribed", "creation", "annotated"},
    CustodyWords{Kind::certified, "certified", "dissemination", "reported"},
    CustodyWords{Kind::filed, "filed", "dissemination", "reported"},
    CustodyWords{Kind::served, "served", "dissemination", "reported"},
    CustodyWords{Kind::returned, "returned", "transfer", "returned"},
    CustodyWords{Kind::withdrawn, "withdrawn", "deaccession", "returned"},
    CustodyWords{Kind::gap, "gap", "none", "returned"},
};

template <typename T>
struct Named {
    T value;
    char const* name;
};
constexpr Named<Role> roles[] = {
    {Role::original, "original"},     {Role::package, "package"},
    {Role::ciphertext, "ciphertext"}, {Role::statement, "statement"},
    {Role::derivative, "derivative"}, {Role::still, "still"},
    {Role::packet, "packet"},         {Role::policy, "policy"},
    {Role::check_in, "check-in"},     {Role::checkpoint, "checkpoint"},
    {Role::time_proof, "time-proof"}, {Role::block_header, "block-header"},
};
constexpr Named<Basis> bases[] = {
    {Basis::stated, "stated"},
    {Basis::device_clock, "device-clock"},
    {Basis::guardian_clock, "guardian-clock"},
    {Basis::rfc3161, "rfc3161"},
    {Basis::bitcoin, "bitcoin"},
};
constexpr Named<Agent::Role> agents[] = {
    {Agent::Role::witness, "witness"},     {Agent::Role::device, "device"},
    {Agent::Role::guardian, "guardian"},   {Agent::Role::publisher, "publisher"},
    {Agent::Role::authority, "authority"},
};

template <typename T, std::size_t N>
char const* find_name(Named<T> const (&table)[N], T value) {
    for (auto const& one : table) {
        if (one.value == value) return one.name;
    }
    VERIFY(false);
    return "";
}

Error wrong(std::string what, std::string where) {
    return bad_input(std::move(what)).at(std::move(where)).coded("custody");
}

template <typename T, std::size_t N>
Result<T> take_named(JsonObject& object, char const* key, Named<T> const (&table)[N]) {
    auto const text = TRY(object.text(key, word_max));
    for (auto const& one : table) {
        if (text == one.name) return one.value;
    }
    return wrong("is not a word of the vocabulary", object.where(key));
}

Json write_item(CustodyItem const& item) {
    Json json = {{"role", name_of(item.role)}};
    if (item.sha256) json["sha256"] = to_hex(*item.sha256);
    if (item.bep52) json["bep52"] = item.bep52->hex();
    if (item.bytes) json["bytes"] = *item.bytes;
    return json;
}

Result<CustodyItem> parse_item(Json const& json) {
    auto object = TRY(JsonObject::of(json, "item"));
    CustodyItem item;
    item.role = TRY(take_named(object, "role", roles));
    if (object.has("sha256")) item.sha256 = TRY(object.hex<32>("sha256"));
    if (object.has("bep52")) {
        auto const root = TRY(object.hex<32>("bep52"));
        item.bep52 = CipherRoot(root);
    }
    if (object.has("bytes")) {
        auto const bytes = TRY(object.integer("bytes", 0, size_max));
        item.bytes = static_cast<std::uint64_t>(bytes);
    }
    TRY(object.finish());
    if (!item.sha256 && !item.bep52) return wrong("an item has no digest", "item");
    return item;
}

Json write_items(std::vector<CustodyItem> const& items) {
    Json list = Json::array();
    for (auto const& one : items) list.push_back(write_item(one));
    return list;
}

Result<std::vector<CustodyItem>> take_items(JsonObject& object, char const* key) {
    std::vector<CustodyItem> items;
    auto const* list = TRY(object.array(key, custody_items_max));
    for (auto const& one : *list) {
        auto item = TRY(parse_item(one));
        items.push_back(std::move(item));
    }
    return items;
}

// in-toto wants the digests at the top, for programs that know nothing of the predicate. They
// follow from the items, so that the two can never disagree.
Json subject_of(CustodyEvent const& event) {
    Json list = Json::array();
    std::vector<CustodyItem> seen;
    for (auto const* items : {&event.out, &event.in}) {
        for (auto const& item : *items) {
            if (std::ranges::find(seen, item) != seen.end()) continue;
            seen.push_back(item);
            Json digest = Json::object();
            if (item.sha256) digest["sha256"] = to_hex(*item.sha256);
            if (item.bep52) digest["bep52"] = item.bep52->hex();
            auto const name =
                (event.exhibit ? show(*event.exhibit) + "/" : std::string()) + name_of(item.role);
            list.push_back({{"name", name}, {"digest", digest}});
        }
    }
    return list;
}

Json write_agent(Agent const& agent) {
    Json json = {{"role", name_of(agent.role)}, {"key_id", to_hex(agent.key_id)}};
    if (agent.label) json["label"] = *agent.label;
    return json;
}

Result<Agent> take_agent(JsonObject& from) {
    auto object = TRY(from.object("agent"));
    Agent agent;
    agent.role = TRY(take_named(object, "role", agents));
    agent.key_id = TRY(object.hex<32>("key_id"));
    agent.label = TRY(object.optional_text("label", word_max));
    TRY(object.finish());
    return agent;
}

Json write_tool(CustodyEvent::Tool const& tool) {
    Json json = {{"name", tool.name}, {"version", tool.version}};
    if (tool.sha256) json["sha256"] = to_hex(*tool.sha256);
    return json;
}

Result<std::optional<CustodyEvent::Tool>> take_tool(JsonObject& from) {
    if (!from.has("tool")) return std::optional<CustodyEvent::Tool>();
    auto object = TRY(from.object("tool"));
    CustodyEvent::Tool tool;
    tool.name = TRY(object.text("name", word_max));
    tool.version = TRY(object.text("version", word_max));
    if (object.has("sha256")) tool.sha256 = TRY(object.hex<32>("sha256"));
    TRY(object.finish());
    return std::optional<CustodyEvent::Tool>(std::move(tool));
}

Result<std::optional<WallTime>> take_optional_time(JsonObject& object, char const* key) {
    if (!object.has(key)) return std::optional<WallTime>();
    auto const time = TRY(object.time(key));
    return std::optional<WallTime>(time);
}

Outcome take_what(JsonObject& object, CustodyEvent& event) {
    auto const version = TRY(take_unsigned(object, "v", 1, 1));
    VERIFY(version == 1);
    auto const name = TRY(object.text("event", word_max));
    event.event = TRY(parse_custody_kind(name));
    if (object.has("case")) event.case_id = TRY(take_case(object));
    if (object.has("exhibit")) {
        auto const number = TRY(take_unsigned(object, "exhibit", 1, exhibit_number_max));
        event.exhibit = ExhibitNumber(number);
    }
    event.at = TRY(take_optional_time(object, "at"));
    event.until = TRY(take_optional_time(object, "until"));
    event.basis = TRY(take_named(object, "at_basis", bases));
    return {};
}

Outcome take_why(JsonObject& object, CustodyEvent& event) {
    event.place = TRY(object.optional_text("place", custody_text_max));
    event.reason = TRY(object.optional_text("reason", custody_text_max));
    event.authority = TRY(object.optional_text("authority", custody_text_max));
    event.note = TRY(object.optional_text("note", custody_text_max));
    auto const outcome = TRY(object.text("outcome", word_max));
    if (outcome != "success" && outcome != "failure")
        return wrong("an outcome is success or failure", object.where("outcome"));
    event.succeeded = outcome == "success";
    if (object.has("prev")) event.prev = TRY(take_digest(object, "prev"));
    return {};
}

Result<CustodyEvent> parse_predicate(JsonObject& object) {
    CustodyEvent event;
    TRY(take_what(object, event));
    event.agent = TRY(take_agent(object));
    event.tool = TRY(take_tool(object));
    event.in = TRY(take_items(object, "in"));
    event.out = TRY(take_items(object, "out"));
    TRY(take_why(object, event));
    TRY(object.finish());
    return event;
}

}  // namespace

CustodyWords const& words_of(CustodyKind kind) {
    for (auto const& one : vocabulary) {
        if (one.kind == kind) return one;
    }
    VERIFY(false);
    return vocabulary.front();
}

Result<CustodyKind> parse_custody_kind(std::string_view name) {
    for (auto const& one : vocabulary) {
        if (name == one.name) return one.kind;
    }
    return wrong("is no event of the vocabulary", "event");
}

std::size_t custody_kinds() { return vocabulary.size(); }

char const* name_of(CustodyItem::Role role) { return find_name(roles, role); }
char const* name_of(CustodyEvent::Basis basis) { return find_name(bases, basis); }
char const* name_of(CustodyEvent::Agent::Role role) { return find_name(agents, role); }

CustodyItem CustodyItem::original(PlainDigest const& digest, std::uint64_t bytes) {
    return {Role::original, digest.bytes(), std::nullopt, bytes};
}
CustodyItem CustodyItem::ciphertext(CipherRoot const& root, std::uint64_t bytes) {
    return {Role::ciphertext, std::nullopt, root, bytes};
}
CustodyItem CustodyItem::document(Role role, DocumentDigest const& digest) {
    return {role, digest.bytes(), std::nullopt, std::nullopt};
}

bool CustodyEvent::tells_content() const {
    auto const tells = [](CustodyItem const& item) {
        return item.role == Role::original || item.role == Role::derivative ||
               item.role == Role::still || item.role == Role::package;
    };
    return std::ranges::any_of(in, tells) || std::ranges::any_of(out, tells);
}

std::string write_payload(CustodyEvent const& event) {
    VERIFY(!event.in.empty() || !event.out.empty());
    Json predicate = {{"v", 1},
                      {"event", words_of(event.event).name},
                      {"at_basis", name_of(event.basis)},
                      {"agent", write_agent(event.agent)},
                      {"in", write_items(event.in)},
                      {"out", write_items(event.out)},
                      {"outcome", event.succeeded ? "success" : "failure"}};
    auto const put = [&](char const* key, std::optional<std::string> const& text) {
        if (text) predicate[key] = *text;
    };
    if (event.case_id) predicate["case"] = event.case_id->text();
    if (event.exhibit) predicate["exhibit"] = event.exhibit->get();
    if (event.at) predicate["at"] = write_time(*event.at);
    if (event.until) predicate["until"] = write_time(*event.until);
    if (event.tool) predicate["tool"] = write_tool(*event.tool);
    put("place", event.place);
    put("reason", event.reason);
    put("authority", event.authority);
    put("note", event.note);
    if (event.prev) predicate["prev"] = event.prev->hex();
    return write_json({{"_type", statement_type},
                       {"subject", subject_of(event)},
                       {"predicateType", CustodyEvent::predicate_type},
                       {"predicate", predicate}});
}

Result<CustodyEvent> CustodyEvent::parse_payload(ByteView payload) {
    auto json = TRY(parse_json(payload));
    auto object = TRY(JsonObject::of(json, "statement"));
    auto const type = TRY(object.text("_type", 128));
    if (type != statement_type) return wrong("is no in-toto statement", "_type");
    auto const predicate_type = TRY(object.text("predicateType", 128));
    if (predicate_type != CustodyEvent::predicate_type)
        return wrong("is a statement of another kind", "predicateType");
    auto const* subject = TRY(object.array("subject", 2 * custody_items_max));
    auto predicate = TRY(object.object("predicate"));
    auto event = TRY(parse_predicate(predicate));
    TRY(object.finish());
    if (event.in.empty() && event.out.empty()) return wrong("is about nothing", "subject");
    if (*subject != subject_of(event))
        return wrong("the subject is not what the event is about", "subject");
    return event;
}

}  // namespace exhibit
