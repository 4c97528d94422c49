// What a claim says was done (§15.10.3.2.2).
#include <algorithm>

#include "formats/c2pa/manifest_check.hpp"

namespace exhibit::c2pa {
namespace {

bool begins(std::string const& name) { return name == "c2pa.created" || name == "c2pa.opened"; }

// §11.2.3: what an update may say was done.
bool changes_nothing(std::string const& name) {
    return name == "c2pa.edited.metadata" || name == "c2pa.opened" || name == "c2pa.published" ||
           name == "c2pa.redacted";
}

// The ingredients that an action names, in either spelling; none when it names none.
std::optional<std::vector<HashedUri>> ingredients_of(cbor::Value const& action) {
    auto const* parameters = action.find("parameters");
    if (parameters == nullptr) return std::nullopt;
    std::vector<HashedUri> out;
    if (auto const* list = parameters->find_array("ingredients")) {
        for (auto const& one : *list) out.push_back(as_hashed_uri(&one).value_or(HashedUri{}));
        return out;
    }
    auto one = as_hashed_uri(parameters->find("ingredient"));
    if (!one) return std::nullopt;
    out.push_back(std::move(*one));
    return out;
}

}  // namespace

// Does the address lead to an ingredient of that relationship? c2pa.removed names those of another
// manifest, all others those of the same.
bool ManifestChecker::leads_to_ingredient(Manifest const& manifest, HashedUri const& uri,
                                          std::string_view relationship) const {
    auto const address = parse_uri(uri.url);
    auto const label = address ? assertion_label(*address) : std::nullopt;
    if (!label || base_label(*label) != "c2pa.ingredient") return false;
    auto const* owner = address->manifest.empty() ? &manifest : store_.find(address->manifest);
    if (owner == nullptr) return false;
    // Withheld since: that was its manifest's business then.
    if (is_redacted(owner->uri(std::string(assertion_store_label) + "/" + *label))) return true;
    auto const* box = owner->assertion(*label);
    if (box == nullptr || hash_fits(uri, manifest.algorithm(), box->payload) != true) return false;
    auto const content = cbor_content(*box);
    return content.ok() && *content && ingredient_target(**content).relationship == relationship;
}

// A code, or null when the action is well-formed.
char const* ManifestChecker::trouble_with(Manifest const& manifest,
                                          cbor::Value const& action) const {
    constexpr auto mismatch = "assertion.action.ingredientMismatch";
    auto const& name = *action.find_text("action");
    if (name == "c2pa.redacted") {
        auto const* parameters = action.find("parameters");
        auto const* uri = parameters == nullptr ? nullptr : parameters->find_text("redacted");
        auto const address = uri == nullptr ? std::nullopt : parse_uri(*uri);
        return address && assertion_label(*address) ? nullptr
                                                    : "assertion.action.redactionMismatch";
    }
    bool const needs = name == "c2pa.opened" || name == "c2pa.placed" || name == "c2pa.removed";
    bool const may = name == "c2pa.transcoded" || name == "c2pa.repackaged";
    if (!needs && !may) return nullptr;
    auto const named = ingredients_of(action);
    if (!named) return needs ? mismatch : nullptr;
    if (needs && named->empty()) return mismatch;
    if (name == "c2pa.opened" && named->size() != 1) return mismatch;
    auto const* relationship = name == "c2pa.opened" || may ? "parentOf" : "componentOf";
    bool const all = std::ranges::all_of(
        *named, [&](auto const& uri) { return leads_to_ingredient(manifest, uri, relationship); });
    return all ? nullptr : mismatch;
}

// A claim of version 2 begins its first actions with c2pa.created or c2pa.opened, and has no second
// one.
void ManifestChecker::check_actions(Manifest const& manifest, std::vector<AssertionRef> const& all,
                                    StatusLists& to) {
    if (manifest.claim_version < 2) return;
    bool const update = manifest.kind == ManifestKind::update;
    bool first = true;
    bool any = false;
    for (auto const& one : all) {
        if (base_label(one.label) != "c2pa.actions") continue;
        any = true;
        if (one.box == nullptr) continue;
        auto const url = manifest.uri(std::string(assertion_store_label) + "/" + one.label);
        auto const content = cbor_content(*one.box);
        auto const* actions =
            content.ok() && *content ? (*content)->find_array("actions") : nullptr;
        if (actions == nullptr || actions->empty()) {
            to.bad("assertion.action.malformed", url, "no actions");
            continue;
        }
        for (std::size_t i = 0; i < actions->size(); ++i) {
            auto const* name = (*actions)[i].find_text("action");
            bool const misplaced = name != nullptr && !update && begins(*name) != (first && i == 0);
            if (name == nullptr || misplaced) {
                to.bad("assertion.action.malformed", url,
                       "not exactly one beginning, or not in its place");
                break;
            }
            if (update && !changes_nothing(*name))
                to.bad("manifest.update.invalid", url, "an update that changes the content");
            if (auto const* code = trouble_with(manifest, (*actions)[i]))
                to.bad(code, url, "what it refers to is not there, or something else");
        }
        first = false;
    }
    // Since 2.3; a manifest of an older version is not failed for it.
    if (!any && !update)
        to.note("claim.actions.missing", manifest.uri(), "the claim says nothing of what was done");
}

}  // namespace exhibit::c2pa
