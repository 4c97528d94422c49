#include "formats/c2pa/lineage.hpp"

#include <map>

#include "formats/c2pa/validate.hpp"

namespace exhibit::c2pa {
namespace {

using Labels = std::set<std::string>;

Labels ingredients_of(Manifest const& manifest) {
    Labels out;
    if (manifest.assertions == nullptr) return out;
    for (auto const& assertion : manifest.assertions->children) {
        if (base_label(assertion.label()) != "c2pa.ingredient") continue;
        auto const content = cbor_content(assertion);
        if (!content.ok() || !*content) continue;
        auto const target = ingredient_target(**content);
        auto const address = target.manifest ? parse_uri(target.manifest->url) : std::nullopt;
        if (address) out.insert(address->manifest);
    }
    return out;
}

// Everything that a manifest leads to, itself not unless in a circle.
class Lineage {
public:
    explicit Lineage(Store const& store) {
        for (auto const& manifest : store.manifests())
            children_[manifest.label] = ingredients_of(manifest);
    }
    Labels below(std::string const& label) const {
        Labels seen;
        std::vector<std::string> open{label};
        while (!open.empty()) {
            auto const found = children_.find(open.back());
            open.pop_back();
            if (found == children_.end()) continue;
            for (auto const& child : found->second) {
                if (seen.insert(child).second) open.push_back(child);
            }
        }
        return seen;
    }

private:
    std::map<std::string, Labels> children_;
};

}  // namespace

std::set<std::string> honoured_redactions(Store const& store) {
    Lineage const lineage(store);
    auto const& active = store.active().label;
    auto known = lineage.below(active);
    known.insert(active);
    std::set<std::string> out;
    for (auto const& manifest : store.manifests()) {
        auto const wishes = manifest.redactions();
        if (wishes.empty() || !known.contains(manifest.label)) continue;
        auto const below = lineage.below(manifest.label);
        for (auto const& url : wishes) {
            auto const address = parse_uri(url);
            auto const label = address ? assertion_label(*address) : std::nullopt;
            if (!label || address->manifest == manifest.label) continue;
            if (!below.contains(address->manifest)) continue;
            if (base_label(*label) == "c2pa.actions" || is_hard_binding(*label)) continue;
            out.insert("self#jumbf=/c2pa/" + address->manifest + "/" + assertion_store_label + "/" +
                       *label);
        }
    }
    return out;
}

}  // namespace exhibit::c2pa
