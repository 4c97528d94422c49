#include "formats/c2pa/manifest_check.hpp"

#include <algorithm>

namespace exhibit::c2pa {
namespace {

// The hash of a box as an address promises it; none when no allowed algorithm is named.
std::optional<bool> hash_fits(HashedUri const& uri, std::string const& claim_algorithm,
                              ByteView payload) {
    auto const kind = hash_kind(uri.algorithm.empty() ? claim_algorithm : uri.algorithm);
    if (!kind) return std::nullopt;
    Hash hash(*kind);
    hash.update(payload);
    return hash.finish() == uri.hash;
}

bool all_zero(ByteView bytes) {
    return std::ranges::all_of(bytes, [](Byte b) { return b == 0; });
}

// Nothing but zeros, or a uuid box of zeros with the identifier that says "redacted" (§6.8).
bool is_blank(jumbf::Superbox const& slot) {
    constexpr ByteArray<16> marker = {0xca, 0xa9, 0x8e, 0xee, 0x9d, 0x4d, 0xf8, 0x0e,
                                      0x86, 0xad, 0x4d, 0xff, 0xca, 0x26, 0x39, 0x73};
    if (!slot.children.empty()) return false;
    for (auto const& content : slot.contents) {
        auto payload = content.payload;
        bool const marked = content.type == jumbf::box_type("uuid") && payload.size() >= 16 &&
                            same_bytes(payload.first(16), marker);
        if (marked) payload = payload.subspan(16);
        if (!all_zero(payload)) return false;
    }
    return true;
}

}  // namespace

ManifestChecker::ManifestChecker(Store const& store, Question const& question, Report& report)
    : store_(store), question_(question), report_(report), late_(late_stamps(store)) {
    for (auto const& manifest : store.manifests()) {
        for (auto const& url : manifest.redactions()) {
            auto const address = parse_uri(url);
            auto const label = address ? assertion_label(*address) : std::nullopt;
            if (!label) continue;
            auto const& owner = address->manifest.empty() ? manifest.label : address->manifest;
            auto const uri =
                "self#jumbf=/c2pa/" + owner + "/" + assertion_store_label + "/" + *label;
            if (owner != manifest.label) redacted_.insert(uri);
        }
    }
    report.redacted.assign(redacted_.begin(), redacted_.end());
}

void ManifestChecker::check_active() {
    auto const& active = store_.active();
    under_way_.push_back(active.label);
    check(active, report_.active, 0);
}

StatusLists const& ManifestChecker::checked(Manifest const& manifest, unsigned depth) {
    auto const found = done_.find(manifest.label);
    if (found != done_.end()) return found->second;
    StatusLists lists;
    under_way_.push_back(manifest.label);
    check(manifest, lists, depth);
    under_way_.pop_back();
    return done_.emplace(manifest.label, std::move(lists)).first->second;
}

void ManifestChecker::check(Manifest const& manifest, StatusLists& to, unsigned depth) {
    if (manifest.trouble != nullptr) {
        to.bad(manifest.trouble, manifest.uri(), "the claim cannot be used");
        return;
    }
    auto const signer = check_signature(manifest, late_, question_, to);
    if (signer.pad_holds_data) {
        report_.warnings.push_back("the padding of a signature holds bytes that nobody signed");
    }
    report_.signers[manifest.label] = signer;
    auto const all = check_assertions(manifest, to);
    check_undeclared(manifest, all, to);
    check_bindings(manifest, all, to);
    check_own_redactions(manifest, to);
    check_actions(manifest, all, to);
    check_ingredients(manifest, all, to, depth);
}

std::vector<ManifestChecker::AssertionRef> ManifestChecker::check_assertions(
    Manifest const& manifest, StatusLists& to) {
    auto uris = manifest.created();
    auto const gathered = manifest.gathered();
    uris.insert(uris.end(), gathered.begin(), gathered.end());
    std::vector<AssertionRef> out;
    std::set<std::string> seen;
    for (auto& uri : uris) {
        auto const address = parse_uri(uri.url);
        auto const label = address ? assertion_label(*address) : std::nullopt;
        if (!label) {
            to.bad("assertion.missing", uri.url.empty() ? manifest.uri() : uri.url,
                   "no address of an assertion");
            continue;
        }
        if (!address->manifest.empty() && address->manifest != manifest.label) {
            to.bad("assertion.outsideManifest", uri.url, "it stands in another manifest");
            continue;
        }
        if (!seen.insert(*label).second) continue;
        AssertionRef one{std::move(uri), *label, manifest.assertion(*label), false};
        check_assertion(manifest, one, to);
        out.push_back(std::move(one));
    }
    return out;
}

void ManifestChecker::check_assertion(Manifest const& manifest, AssertionRef& one,
                                      StatusLists& to) {
    auto const url = manifest.uri(std::string(assertion_store_label) + "/" + one.label);
    if (is_redacted(url)) {
        one.redacted = true;
        one.box = nullptr;
        return;
    }
    if (one.box == nullptr) {
        to.bad("assertion.missing", url, "it is not there, or there twice");
        return;
    }
    auto const fits = hash_fits(one.uri, manifest.algorithm(), one.box->payload);
    if (!fits) {
        to.bad("algorithm.unsupported", url, "no hash that is allowed");
        return;
    }
    if (!*fits) {
        to.bad("assertion.hashedURI.mismatch", url, "it is not what was signed");
        one.box = nullptr;
        return;
    }
    to.good("assertion.hashedURI.match", url, "it is as it was signed");
    auto const as_cbor = cbor_content(*one.box);
    auto const as_json = json_content(*one.box);
    if (!as_cbor.ok()) to.bad("assertion.cbor.invalid", url, as_cbor.error().what);
    if (!as_json.ok()) to.bad("assertion.json.invalid", url, as_json.error().what);
    if (!as_cbor.ok() || !as_json.ok()) one.box = nullptr;
}

// A slot that was redacted must be gone or hold zeros, of whatever type its box is: else somebody
// could plant something there that no hash covers. Nothing is ever shown from it. The manifest that
// redacted answers.
void ManifestChecker::check_redacted_slot(Manifest const& owner, std::string const& label,
                                          StatusLists& to) {
    auto const url = owner.uri(std::string(assertion_store_label) + "/" + label);
    bool clean = true;
    if (owner.assertions != nullptr) {
        for (auto const& child : owner.assertions->children) {
            if (child.label() == label) clean = clean && is_blank(child);
        }
    }
    auto const base = base_label(label);
    if (base == "c2pa.actions") {
        to.bad("assertion.action.redacted", url, "actions may not be withheld");
    } else if (is_hard_binding(label)) {
        to.bad("assertion.dataHash.redacted", url, "bindings may not be withheld");
    }
    if (clean)
        to.note("assertion.redacted", url, "it was withheld");
    else
        to.bad("assertion.notRedacted", url, "it is said to be withheld, and is there");
}

void ManifestChecker::check_undeclared(Manifest const& manifest,
                                       std::vector<AssertionRef> const& all, StatusLists& to) {
    if (manifest.assertions == nullptr) return;
    for (auto const& child : manifest.assertions->children) {
        if (std::ranges::find(all, child.label(), &AssertionRef::label) != all.end()) continue;
        to.bad("assertion.undeclared",
               manifest.uri(std::string(assertion_store_label) + "/" + child.label()),
               "the claim does not name it");
    }
}

void ManifestChecker::check_bindings(Manifest const& manifest, std::vector<AssertionRef> const& all,
                                     StatusLists& to) {
    std::size_t bindings = 0;
    std::size_t parents = 0;
    for (auto const& one : all) {
        if (is_hard_binding(one.label)) ++bindings;
        if (base_label(one.label) != "c2pa.ingredient" || one.box == nullptr) continue;
        auto const content = cbor_content(*one.box);
        if (content.ok() && *content && ingredient_target(**content).relationship == "parentOf")
            ++parents;
    }
    auto const url = manifest.uri();
    if (manifest.kind == ManifestKind::update) {
        if (bindings > 0)
            to.bad("manifest.update.invalid", url, "an update with a binding of its own");
        if (parents != 1)
            to.bad("manifest.update.wrongParents", url, "an update without exactly one parent");
        return;
    }
    if (bindings == 0)
        to.bad("claim.hardBindings.missing", url, "nothing ties the claim to a file");
    if (bindings > 1) to.bad("assertion.multipleHardBindings", url, "more than one binding");
    if (parents > 1) to.bad("manifest.multipleParents", url, "more than one parent");
}

void ManifestChecker::check_own_redactions(Manifest const& manifest, StatusLists& to) {
    for (auto const& redaction : manifest.redactions()) {
        auto const address = parse_uri(redaction);
        auto const label = address ? assertion_label(*address) : std::nullopt;
        if (!label) {
            to.bad("assertion.missing", redaction, "what was withheld has no address");
            continue;
        }
        if (address->manifest.empty() || address->manifest == manifest.label) {
            to.bad("assertion.selfRedacted", redaction, "a manifest cannot withhold from itself");
            continue;
        }
        if (auto const* owner = store_.find(address->manifest))
            check_redacted_slot(*owner, *label, to);
    }
}

// §18.15: a claim of version 2 begins its first actions with c2pa.created or c2pa.opened, and has
// no second one.
void ManifestChecker::check_actions(Manifest const& manifest, std::vector<AssertionRef> const& all,
                                    StatusLists& to) {
    if (manifest.claim_version < 2 || manifest.kind == ManifestKind::update) return;
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
            bool const begins =
                name != nullptr && (*name == "c2pa.created" || *name == "c2pa.opened");
            if (name == nullptr || begins != (first && i == 0)) {
                to.bad("assertion.action.malformed", url,
                       "not exactly one beginning, or not in its place");
                break;
            }
        }
        first = false;
    }
    // Since 2.3; a manifest of an older version is not failed for it.
    if (!any)
        to.note("claim.actions.missing", manifest.uri(), "the claim says nothing of what was done");
}

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

// An address in a status may be relative in old files: what counts is where it leads.
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
    for (auto const& [code, url] : known) tails.insert({code, tail_of(url)});
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
