#include <algorithm>
#include <cmath>

#include "base/encoding.hpp"
#include "formats/c2pa/report.hpp"

namespace exhibit::c2pa {
namespace {

Json to_json(cbor::Value const& value);

std::string key_text(cbor::Value const& key) {
    if (key.text() != nullptr) return *key.text();
    if (auto const number = key.number()) return std::to_string(*number);
    return to_hex(cbor::write(key));
}

struct ToJson {
    Json operator()(cbor::Null) const { return nullptr; }
    Json operator()(cbor::Undefined) const { return nullptr; }
    Json operator()(bool value) const { return value; }
    Json operator()(std::uint64_t value) const { return value; }
    Json operator()(cbor::Negative value) const { return -1.0 - static_cast<double>(value.n); }
    Json operator()(double value) const {
        return std::isfinite(value) ? Json(value) : Json(nullptr);
    }
    Json operator()(Bytes const& value) const { return to_base64(value); }
    Json operator()(std::string const& value) const { return value; }
    Json operator()(cbor::Tagged const& value) const { return to_json(value.item.front()); }
    Json operator()(cbor::Array const& value) const {
        auto out = Json::array();
        for (auto const& one : value) out.push_back(to_json(one));
        return out;
    }
    Json operator()(cbor::Map const& value) const {
        auto out = Json::object();
        for (auto const& [key, content] : value) out[key_text(key)] = to_json(content);
        return out;
    }
};

Json to_json(cbor::Value const& value) {
    if (auto const number = value.number()) return *number;
    return std::visit(ToJson{}, value.kind());
}

Json status_list(std::vector<Status> const& list) {
    auto out = Json::array();
    for (auto const& one : list) {
        out.push_back({{"code", one.code}, {"url", one.url}, {"explanation", one.explanation}});
    }
    return out;
}

Json status_lists(StatusLists const& lists) {
    return {{"success", status_list(lists.success)},
            {"informational", status_list(lists.informational)},
            {"failure", status_list(lists.failure)}};
}

void copy_text(Json& to, char const* name, cbor::Value const& from, char const* key) {
    if (auto const* text = from.find_text(key)) to[name] = *text;
}

Json ingredient_of(std::string const& label, cbor::Value const& value) {
    auto out = Json::object();
    copy_text(out, "title", value, "dc:title");
    copy_text(out, "format", value, "dc:format");
    copy_text(out, "instance_id", value, "instanceID");
    copy_text(out, "document_id", value, "documentID");
    copy_text(out, "relationship", value, "relationship");
    auto const target = ingredient_target(value);
    auto const address = target.manifest ? parse_uri(target.manifest->url) : std::nullopt;
    if (address) out["active_manifest"] = address->manifest;
    if (auto const* results = value.find("validationResults"))
        out["validation_results"] = to_json(*results);
    if (auto const* status = value.find("validationStatus"))
        out["validation_status"] = to_json(*status);
    out["label"] = label;
    return out;
}

bool is_redacted(Report const& report, std::string const& uri) {
    return std::ranges::find(report.redacted, uri) != report.redacted.end();
}

void add_assertions(Json& out, Report const& report, Manifest const& manifest) {
    auto assertions = Json::array();
    auto ingredients = Json::array();
    auto const created = manifest.created();
    auto uris = created;
    auto const gathered = manifest.gathered();
    uris.insert(uris.end(), gathered.begin(), gathered.end());
    for (std::size_t i = 0; i < uris.size(); ++i) {
        auto const address = parse_uri(uris[i].url);
        auto const label = address ? assertion_label(*address) : std::nullopt;
        auto const* box = label ? manifest.assertion(*label) : nullptr;
        // Whatever lies in a slot that was redacted is not shown, be it zeros or something planted.
        if (box == nullptr || is_redacted(report, manifest.uri("c2pa.assertions/" + *label)))
            continue;
        auto const base = base_label(*label);
        if (base.starts_with("c2pa.thumbnail")) continue;
        if (base == "c2pa.ingredient") {
            auto const value = cbor_content(*box);
            if (value.ok() && *value) ingredients.push_back(ingredient_of(*label, **value));
            continue;
        }
        auto content = assertion_content(*box);
        if (!content) continue;
        Json one{{"label", *label}, {"data", std::move(*content)}};
        if (manifest.claim_version == 2 && i < created.size()) one["created"] = true;
        assertions.push_back(std::move(one));
    }
    if (!ingredients.empty()) out["ingredients"] = std::move(ingredients);
    out["assertions"] = std::move(assertions);
}

Json manifest_json(Report const& report, Manifest const& manifest) {
    auto out = Json::object();
    out["label"] = manifest.label;
    if (manifest.trouble != nullptr) return out;
    copy_text(out, "claim_generator", manifest.claim, "claim_generator");
    if (auto const* info = manifest.claim.find("claim_generator_info")) {
        out["claim_generator_info"] =
            info->map() != nullptr ? Json::array({to_json(*info)}) : to_json(*info);
    }
    copy_text(out, "title", manifest.claim, "dc:title");
    copy_text(out, "format", manifest.claim, "dc:format");
    copy_text(out, "instance_id", manifest.claim, "instanceID");
    add_assertions(out, report, manifest);
    if (auto const redactions = manifest.redactions(); !redactions.empty())
        out["redactions"] = redactions;
    auto const signer = report.signers.find(manifest.label);
    if (signer != report.signers.end() && signer->second.scheme) {
        auto const& who = signer->second;
        Json info{{"alg", cose::algorithm_name(*who.scheme)}, {"cert_serial_number", who.serial}};
        if (!who.issuer.empty()) info["issuer"] = who.issuer;
        if (!who.common_name.empty()) info["common_name"] = who.common_name;
        if (who.stamped) info["time"] = write_time(*who.stamped);
        out["signature_info"] = std::move(info);
    }
    out["claim_version"] = manifest.claim_version;
    return out;
}

}  // namespace

std::optional<Json> assertion_content(jumbf::Superbox const& assertion) {
    auto const as_cbor = cbor_content(assertion);
    if (as_cbor.ok() && *as_cbor) return to_json(**as_cbor);
    auto as_json = json_content(assertion);
    if (as_json.ok() && *as_json) return **as_json;
    return std::nullopt;
}

Json write_json_report(Report const& report) {
    auto out = Json::object();
    out["validation_state"] = state_name(report.state);
    if (report.state == State::inaccessible) out["remote_url"] = report.remote_url;
    if (!report.store) return out;
    out["active_manifest"] = report.store->active().label;
    auto manifests = Json::object();
    for (auto const& manifest : report.store->manifests()) {
        manifests[manifest.label] = manifest_json(report, manifest);
    }
    out["manifests"] = std::move(manifests);
    Json results{{"activeManifest", status_lists(report.active)}};
    if (!report.deltas.empty()) {
        auto deltas = Json::array();
        for (auto const& delta : report.deltas) {
            deltas.push_back({{"ingredientAssertionURI", delta.assertion_uri},
                              {"validationDeltas", status_lists(delta.deltas)}});
        }
        results["ingredientDeltas"] = std::move(deltas);
    }
    out["validation_results"] = std::move(results);
    return out;
}

std::string dump_json_report(Report const& report) {
    return write_json_report(report).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace exhibit::c2pa
