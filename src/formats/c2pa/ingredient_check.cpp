// The ingredients of a manifest (§15.11): is each the one that was named, and what does judging it
// find that its assertion did not already say?
#include <algorithm>

#include "formats/c2pa/manifest_check.hpp"

namespace exhibit::c2pa {

bool ManifestChecker::lost_something(Manifest const& manifest) const {
    auto const prefix = manifest.uri() + "/";
    return std::ranges::any_of(redacted_, [&](auto const& uri) { return uri.starts_with(prefix); });
}

void ManifestChecker::check_ingredients(Manifest const& manifest,
                                        std::vector<AssertionRef> const& all, StatusLists& to,
                                        unsigned depth) {
    for (auto const& one : all) {
        if (base_label(one.label) != "c2pa.ingredient" || one.box == nullptr) continue;
        auto const content = cbor_content(*one.box);
        if (!content.ok() || !*content || (*content)->map() == nullptr) {
            to.bad("assertion.ingredient.malformed",
                   manifest.uri(std::string(assertion_store_label) + "/" + one.label),
                   "it cannot be read");
            continue;
        }
        check_ingredient(manifest, one, **content, to, depth);
    }
}

namespace {

// Codes and addresses that an ingredient assertion says it already knows of.
std::set<std::pair<std::string, std::string>> acknowledged(cbor::Value const& ingredient) {
    std::set<std::pair<std::string, std::string>> out;
    auto const take = [&](cbor::Array const* list) {
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            auto const* code = (*list)[i].find_text("code");
            auto const* url = (*list)[i].find_text("url");
            if (code != nullptr) out.insert({*code, url == nullptr ? "" : *url});
        }
    };
    take(ingredient.find_array("validationStatus"));
    auto const* results = ingredient.find("validationResults");
    if (results == nullptr) return out;
    auto const all = [&](cbor::Value const* lists) {
        if (lists == nullptr) return;
        for (auto const* kind : {"success", "informational", "failure"})
            take(lists->find_array(kind));
    };
    all(results->find("activeManifest"));
    auto const* deltas = results->find_array("ingredientDeltas");
    for (std::size_t i = 0; deltas != nullptr && i < deltas->size(); ++i) {
        all((*deltas)[i].find("validationDeltas"));
    }
    return out;
}

// §15.11.3.2 and .3: why it cannot be used, or null.
char const* malformed(std::string const& label, cbor::Value const& value,
                      IngredientTarget const& target) {
    bool const known = target.relationship == "parentOf" || target.relationship == "componentOf" ||
                       target.relationship == "inputTo";
    if (!known) return "no relationship that is known";
    bool const third = label.starts_with("c2pa.ingredient.v3");
    auto const* results = value.find("validationResults");
    if (third && target.manifest && (results == nullptr || results->map() == nullptr))
        return "it does not say what validating its manifest found";
    return nullptr;
}

// An address in a status may be relative in old files: then all that counts is where it leads in
// some manifest. Of an absolute one the manifest counts too.
std::string tail_of(std::string const& url) {
    auto const address = parse_uri(url);
    if (!address) return url;
    std::string out;
    for (auto const& part : address->path) out += "/" + part;
    return out;
}

StatusLists without(StatusLists const& found,
                    std::set<std::pair<std::string, std::string>> const& known) {
    std::set<std::pair<std::string, std::string>> tails;
    for (auto const& [code, url] : known) {
        auto const address = parse_uri(url);
        if (!address || address->manifest.empty()) tails.insert({code, tail_of(url)});
    }
    StatusLists out;
    auto const keep = [&](std::vector<Status> const& from, std::vector<Status>& to) {
        for (auto const& status : from) {
            if (known.contains({status.code, status.url})) continue;
            if (tails.contains({status.code, tail_of(status.url)})) continue;
            to.push_back(status);
        }
    };
    keep(found.success, out.success);
    keep(found.informational, out.informational);
    keep(found.failure, out.failure);
    return out;
}

}  // namespace

void ManifestChecker::check_ingredient(Manifest const& manifest, AssertionRef const& one,
                                       cbor::Value const& value, StatusLists& to, unsigned depth) {
    auto const url = manifest.uri(std::string(assertion_store_label) + "/" + one.label);
    auto const target = ingredient_target(value);
    if (auto const* why = malformed(one.label, value, target)) {
        to.bad("assertion.ingredient.malformed", url, why);
        return;
    }
    if (!target.manifest) {
        to.note("ingredient.unknownProvenance", url, "nothing is said of where it comes from");
        return;
    }
    auto const address = parse_uri(target.manifest->url);
    auto const* source = address ? store_.find(address->manifest) : nullptr;
    StatusLists found;
    if (source == nullptr) {
        found.bad("ingredient.manifest.missing", url, "its manifest is not there");
    } else if (depth >= ingredient_depth_max ||
               std::ranges::find(under_way_, source->label) != under_way_.end()) {
        found.bad("ingredient.manifest.mismatch", url,
                  "it is an ingredient of itself, or too deep");
    } else {
        auto const signature_url = source->uri(signature_label);
        // Where something was withheld the manifest is no longer what it was, and its signature
        // must be.
        bool const by_signature = lost_something(*source) && target.signature;
        if (by_signature && source->signature != nullptr) {
            auto const fits =
                hash_fits(*target.signature, manifest.algorithm(), source->signature->payload);
            if (fits == true)
                found.good("ingredient.claimSignature.validated", signature_url, "it is the same");
            else
                found.bad("ingredient.claimSignature.mismatch", signature_url, "it is another");
        } else if (by_signature) {
            found.bad("ingredient.claimSignature.missing", signature_url, "it is not there");
        }
        if (!by_signature) {
            // Ingredients of version 1 may hold the hash of the claim instead of the whole
            // manifest.
            bool const old = value.find("activeManifest") == nullptr;
            auto const fits =
                hash_fits(*target.manifest, manifest.algorithm(), source->stored) == true ||
                (old &&
                 hash_fits(*target.manifest, manifest.algorithm(), source->claim_bytes) == true);
            if (fits)
                found.good("ingredient.manifest.validated", source->uri(), "it is the same");
            else
                found.bad("ingredient.manifest.mismatch", source->uri(), "it is another");
        }
        auto const& inner = checked(*source, depth + 1);
        found.success.insert(found.success.end(), inner.success.begin(), inner.success.end());
        found.informational.insert(found.informational.end(), inner.informational.begin(),
                                   inner.informational.end());
        found.failure.insert(found.failure.end(), inner.failure.begin(), inner.failure.end());
    }
    auto deltas = without(found, acknowledged(value));
    if (deltas.success.empty() && deltas.informational.empty() && deltas.failure.empty()) return;
    auto const same = [&](auto const& delta) { return delta.assertion_uri == url; };
    if (std::ranges::none_of(report_.deltas, same))
        report_.deltas.push_back({url, std::move(deltas)});
}

}  // namespace exhibit::c2pa
