#include "formats/case_uco/case_uco.hpp"

#include <set>

#include "crypto/hash.hpp"

namespace exhibit::case_uco {
namespace {

constexpr char const* uco = "https://ontology.unifiedcyberontology.org/uco/";
constexpr char const* investigation = "https://ontology.caseontology.org/case/investigation/";

// RFC 9562 §5.8: version 8 is for identifiers that an application makes its own way.
std::string uuid_of(std::string_view text) {
    auto digest = sha256(text);
    digest[6] = static_cast<Byte>((digest[6] & 0x0f) | 0x80);
    digest[8] = static_cast<Byte>((digest[8] & 0x3f) | 0x80);
    auto const hex = to_hex(digest);
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
           hex.substr(16, 4) + "-" + hex.substr(20, 12);
}

std::string kb(char const* kind, std::string_view id) {
    return std::string("kb:") + kind + "-" + uuid_of(std::string(kind) + "\n" + std::string(id));
}

Json reference(std::string const& id) { return {{"@id", id}}; }

Json typed(std::string const& value, char const* type) {
    return {{"@type", type}, {"@value", value}};
}

Json context() {
    Json out = {{"kb", "urn:exhibit:kb:"},
                {"case-investigation", investigation},
                {"xsd", "http://www.w3.org/2001/XMLSchema#"}};
    for (char const* part :
         {"core", "action", "observable", "types", "identity", "location", "tool", "vocabulary"})
        out[std::string("uco-") + part] = std::string(uco) + part + "/";
    return out;
}

Json write_hash(std::string const& owner, std::string const& method, std::string const& value) {
    // The vocabulary of UCO knows SHA256; the root of a tree of hashes is none of its words.
    Json const named =
        method == "SHA256" ? typed(method, "uco-vocabulary:HashNameVocab") : Json(method);
    return {{"@id", kb("hash", owner + method)},
            {"@type", "uco-types:Hash"},
            {"uco-types:hashMethod", named},
            {"uco-types:hashValue", typed(value, "xsd:hexBinary")}};
}

Json write_thing(Thing const& thing) {
    Json hashes = Json::array();
    for (auto const& [method, value] : thing.hashes)
        hashes.push_back(write_hash(thing.id, method, value));
    Json facet = {{"@id", kb("content", thing.id)},
                  {"@type", "uco-observable:ContentDataFacet"},
                  {"uco-observable:hash", hashes}};
    if (thing.size)
        facet["uco-observable:sizeInBytes"] = typed(std::to_string(*thing.size), "xsd:integer");
    return {{"@id", kb("thing", thing.id)},
            {"@type", "uco-observable:ObservableObject"},
            {"uco-core:name", thing.name},
            {"uco-core:hasFacet", Json::array({facet})}};
}

Json write_performer(Performer const& performer) {
    return {{"@id", kb("identity", performer.id)},
            {"@type", "uco-identity:Identity"},
            {"uco-core:name", performer.name}};
}

Json references(std::vector<std::string> const& things) {
    Json out = Json::array();
    for (auto const& id : things) out.push_back(reference(kb("thing", id)));
    return out;
}

Json write_action(Action const& action) {
    Json out = {{"@id", kb("action", action.id)},
                {"@type", "case-investigation:InvestigativeAction"},
                {"uco-core:name", action.name},
                {"uco-core:description", action.description},
                {"uco-action:performer", reference(kb("identity", action.performer))}};
    if (action.start)
        out["uco-action:startTime"] = typed(write_time(*action.start), "xsd:dateTime");
    if (action.end) out["uco-action:endTime"] = typed(write_time(*action.end), "xsd:dateTime");
    if (!action.instrument.empty())
        out["uco-action:instrument"] = Json::array({reference(kb("tool", action.instrument))});
    if (!action.location.empty())
        out["uco-action:location"] = Json::array({reference(kb("location", action.location))});
    if (!action.objects.empty()) out["uco-action:object"] = references(action.objects);
    if (!action.results.empty()) out["uco-action:result"] = references(action.results);
    return out;
}

// Tools and places are named by actions only; each is described once.
void describe_mentioned(Json& graph, std::vector<Action> const& actions) {
    std::set<std::string> tools, places;
    for (auto const& action : actions) {
        if (!action.instrument.empty()) tools.insert(action.instrument);
        if (!action.location.empty()) places.insert(action.location);
    }
    for (auto const& tool : tools)
        graph.push_back(
            {{"@id", kb("tool", tool)}, {"@type", "uco-tool:Tool"}, {"uco-core:name", tool}});
    for (auto const& place : places)
        graph.push_back({{"@id", kb("location", place)},
                         {"@type", "uco-location:Location"},
                         {"uco-core:name", place}});
}

Json write_exhibit(Document const& document, Exhibit const& exhibit) {
    std::set<std::string> things;
    for (auto const& thing : document.things) things.insert(thing.id);
    Json objects = Json::array();
    for (auto const& id : exhibit.things)
        objects.push_back(reference(kb(things.contains(id) ? "thing" : "action", id)));
    return {{"@id", kb("provenance", exhibit.number)},
            {"@type", "case-investigation:ProvenanceRecord"},
            {"case-investigation:exhibitNumber", exhibit.number},
            {"uco-core:object", objects}};
}

}  // namespace

Result<std::string> write_document(Document const& document) {
    Json graph = Json::array();
    for (auto const& one : document.things) graph.push_back(write_thing(one));
    for (auto const& one : document.performers) graph.push_back(write_performer(one));
    for (auto const& one : document.actions) graph.push_back(write_action(one));
    describe_mentioned(graph, document.actions);
    for (auto const& one : document.exhibits) graph.push_back(write_exhibit(document, one));
    Json actions = Json::array();
    for (auto const& one : document.actions) actions.push_back(reference(kb("action", one.id)));
    graph.push_back({{"@id", kb("investigation", document.title)},
                     {"@type", "case-investigation:Investigation"},
                     {"uco-core:name", document.title},
                     {"uco-core:object", actions}});
    Json const whole = {{"@context", context()}, {"@graph", graph}};
    TRY(check_json(whole));
    return write_json(whole) + "\n";
}

}  // namespace exhibit::case_uco
