#include "formats/c2pa/draft.hpp"

#include <algorithm>

#include "formats/json/json.hpp"

namespace exhibit::c2pa {
namespace {

using Fields = std::vector<std::pair<char const*, cbor::Value>>;

cbor::Value map_of(Fields const& fields) {
    cbor::Map map;
    for (auto const& [key, value] : fields) map.emplace_back(key, value);
    return cbor::Value(std::move(map));
}

void add_text(Fields& to, char const* key, std::string const& text) {
    if (!text.empty()) to.emplace_back(key, cbor::Value(text));
}

// XMP namespaces (§18.16.3, Annex B).
constexpr std::pair<std::string_view, char const*> namespaces[] = {
    {"dc", "http://purl.org/dc/elements/1.1/"},
    {"exif", "http://ns.adobe.com/exif/1.0/"},
    {"tiff", "http://ns.adobe.com/tiff/1.0/"},
    {"xmp", "http://ns.adobe.com/xap/1.0/"},
    {"photoshop", "http://ns.adobe.com/photoshop/1.0/"},
    {"Iptc4xmpCore", "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"},
    {"Iptc4xmpExt", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"},
};

char const* namespace_of(std::string_view prefix) {
    auto const found = std::ranges::find(namespaces, prefix, [](auto const& n) { return n.first; });
    VERIFY(found != std::end(namespaces));
    return found->second;
}

cbor::Value statuses(std::vector<Status> const& list) {
    cbor::Array out;
    for (auto const& one : list) {
        Fields fields{{"code", cbor::Value(one.code)}};
        add_text(fields, "url", one.url);
        add_text(fields, "explanation", one.explanation);
        out.push_back(map_of(fields));
    }
    return cbor::Value(std::move(out));
}

cbor::Value status_lists(StatusLists const& lists) {
    return map_of({{"success", statuses(lists.success)},
                   {"informational", statuses(lists.informational)},
                   {"failure", statuses(lists.failure)}});
}

cbor::Value results_of(Report const& report) {
    Fields fields{{"activeManifest", status_lists(report.active)}};
    if (!report.deltas.empty()) {
        cbor::Array deltas;
        for (auto const& delta : report.deltas) {
            deltas.push_back(map_of({{"ingredientAssertionURI", cbor::Value(delta.assertion_uri)},
                                     {"validationDeltas", status_lists(delta.deltas)}}));
        }
        fields.emplace_back("ingredientDeltas", cbor::Value(std::move(deltas)));
    }
    return map_of(fields);
}

// §6.9: a time is a text with tag 0.
cbor::Value time_value(WallTime time) {
    constexpr std::uint64_t date_time = 0;
    auto text = write_time(time);
    text.replace(text.size() - 5, 5, "Z");  // whole seconds are precise enough for a claim
    return cbor::Value::tagged(date_time, cbor::Value(text));
}

cbor::Value action_value(Action const& action, std::optional<HashedUri> const& parent) {
    Fields fields{{"action", cbor::Value(action.name)}};
    add_text(fields, "description", action.description);
    add_text(fields, "digitalSourceType", action.digital_source_type);
    add_text(fields, "reason", action.reason);
    if (action.when) fields.emplace_back("when", time_value(*action.when));
    if (action.changes) fields.emplace_back("changes", *action.changes);
    Fields parameters;
    if (action.name == action_opened && parent)
        parameters.emplace_back("ingredients", cbor::Value(cbor::Array{to_cbor(*parent)}));
    add_text(parameters, "redacted", action.redacted);
    if (!parameters.empty()) fields.emplace_back("parameters", map_of(parameters));
    return map_of(fields);
}

Bytes sha256_of(ByteView bytes) { return to_bytes(ByteView(sha256(bytes))); }

}  // namespace

NewAssertion cbor_assertion(std::string label, cbor::Value const& value) {
    return {std::move(label), false, cbor::write(value)};
}

Result<NewAssertion> json_assertion(std::string label, Json const& value) {
    TRY(check_json(value));
    return NewAssertion{std::move(label), true, to_bytes(write_json(value))};
}

Result<NewAssertion> metadata_assertion(
    std::vector<std::pair<std::string, std::string>> const& fields, std::string label) {
    auto json = Json::object();
    auto context = Json::object();
    for (auto const& [name, value] : fields) {
        auto const prefix = name.substr(0, name.find(':'));
        context[prefix] = namespace_of(prefix);
        json[name] = value;
    }
    json["@context"] = std::move(context);
    return json_assertion(std::move(label), json);
}

cbor::Value to_cbor(HashedUri const& uri) {
    Fields fields{{"url", cbor::Value(uri.url)}, {"hash", cbor::Value(uri.hash)}};
    add_text(fields, "alg", uri.algorithm);
    return map_of(fields);
}

Parent parent_with_manifest(Report const& report, Store const& carried, std::string format) {
    auto const& active = carried.active();
    VERIFY(active.signature != nullptr);
    Parent out;
    out.format = std::move(format);
    out.manifest = active.label;
    // What stands in the new store is hashed, not what was validated: the hash of a manifest from
    // which a fact was withheld must not let anyone test guesses of that fact.
    out.manifest_hash = sha256_of(active.stored);
    out.signature_hash = sha256_of(active.signature->payload);
    out.validation_results = results_of(report);
    return out;
}

NewAssertion ingredient_assertion(Parent const& parent) {
    Fields fields{{"relationship", cbor::Value("parentOf")}};
    add_text(fields, "dc:format", parent.format);
    add_text(fields, "instanceID", parent.instance_id);
    if (!parent.manifest.empty()) {
        auto const url = "self#jumbf=/c2pa/" + parent.manifest;
        fields.emplace_back("activeManifest", to_cbor({url, parent.manifest_hash, "sha256"}));
        fields.emplace_back("claimSignature", to_cbor({url + "/" + signature_label,
                                                       parent.signature_hash, "sha256"}));
        fields.emplace_back("validationResults", parent.validation_results);
    }
    return cbor_assertion(ingredient_label, map_of(fields));
}

NewAssertion actions_assertion(std::vector<Action> const& actions,
                               std::optional<HashedUri> const& parent) {
    cbor::Array list;
    for (auto const& action : actions) list.push_back(action_value(action, parent));
    return cbor_assertion("c2pa.actions.v2", map_of({{"actions", cbor::Value(std::move(list))}}));
}

}  // namespace exhibit::c2pa
