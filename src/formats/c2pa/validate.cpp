#include "formats/c2pa/validate.hpp"

#include <algorithm>

#include "formats/c2pa/manifest_check.hpp"

namespace exhibit::c2pa {
namespace {

Result<Report> validate_bound(Bound bound, Bytes bytes, Question const& question) {
    Report report;
    report.store = TRY(Store::parse(std::move(bytes)));
    auto const& store = *report.store;
    ManifestChecker checker(store, question, report);
    checker.check_active();
    auto const& active = store.active();
    auto const* bearer = binding_manifest(store, active);
    bound.updated = bearer != &active;
    bool any = false;
    if (bearer != nullptr && bearer->assertions != nullptr) {
        for (auto const& assertion : bearer->assertions->children) {
            if (!is_hard_binding(assertion.label())) continue;
            any = true;
            TRY(check_binding(bound, *bearer, assertion, report.active));
        }
    }
    // Whatever was signed, without a binding it says nothing of this file.
    if (!any && !report.active.has_failure("claim.hardBindings.missing"))
        report.active.bad("claim.hardBindings.missing", active.uri(), "nothing ties it to a file");
    if (!bound.detached && bound.asset.hides_bytes)
        report.warnings.push_back("bytes that nobody signed lie behind the manifest store");
    report.state = judge(report.active, report.deltas);
    return report;
}

}  // namespace

IngredientTarget ingredient_target(cbor::Value const& ingredient) {
    IngredientTarget out;
    if (auto const* text = ingredient.find_text("relationship")) out.relationship = *text;
    out.manifest = as_hashed_uri(ingredient.find("activeManifest"));
    if (!out.manifest) out.manifest = as_hashed_uri(ingredient.find("c2pa_manifest"));
    out.signature = as_hashed_uri(ingredient.find("claimSignature"));
    return out;
}

Manifest const* binding_manifest(Store const& store, Manifest const& from) {
    auto const* at = &from;
    for (std::size_t steps = 0; steps < manifests_max; ++steps) {
        if (at->kind == ManifestKind::standard) return at;
        if (at->assertions == nullptr) return nullptr;
        Manifest const* parent = nullptr;
        for (auto const& assertion : at->assertions->children) {
            if (base_label(assertion.label()) != "c2pa.ingredient") continue;
            auto const content = cbor_content(assertion);
            if (!content.ok() || !*content) continue;
            auto const target = ingredient_target(**content);
            auto const address = target.manifest ? parse_uri(target.manifest->url) : std::nullopt;
            if (target.relationship == "parentOf" && address)
                parent = store.find(address->manifest);
        }
        if (parent == nullptr) return nullptr;
        at = parent;
    }
    return nullptr;
}

Result<Report> validate(ByteSource const& file, Question const& question) {
    return validate_fragments(file, {}, question);
}

Result<Report> validate_fragments(ByteSource const& beginning,
                                  std::vector<ByteSource const*> const& fragments,
                                  Question const& question) {
    auto asset = TRY(look_at(beginning));
    if (!asset.store) {
        Report report;
        report.remote_url = asset.remote_url;
        report.unread = asset.kind == AssetKind::other;
        report.state = asset.remote_url.empty() ? State::none : State::inaccessible;
        if (report.state == State::inaccessible) {
            report.active.bad("manifest.inaccessible", asset.remote_url, "nothing is fetched here");
        }
        return report;
    }
    auto store = std::move(*asset.store);
    return validate_bound({beginning, asset, false, false, fragments}, std::move(store), question);
}

Result<Report> validate_sidecar(ByteSource const& file, Bytes store, Question const& question) {
    auto looked = look_at(file);
    Asset asset;
    if (looked.ok())
        asset = looked.take();
    else if (looked.error().fault != Fault::input)
        return looked.take_error();
    return validate_bound({file, asset, true, false, {}}, std::move(store), question);
}

Result<Report> validate_store_alone(Bytes store, Question const& question) {
    MemorySource const nothing({});
    return validate_bound({nothing, Asset{}, true, false, {}}, std::move(store), question);
}

Result<Report> validate_claims(Bytes store, Question const& question) {
    Report report;
    report.store = TRY(Store::parse(std::move(store)));
    ManifestChecker(*report.store, question, report).check_active();
    report.state = judge(report.active, report.deltas);
    return report;
}

}  // namespace exhibit::c2pa
