#include "formats/c2pa/manifest_check.hpp"

#include <algorithm>

#include "formats/c2pa/lineage.hpp"

namespace exhibit::c2pa {
namespace {

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

std::optional<bool> hash_fits(HashedUri const& uri, std::string const& claim_algorithm,
                              ByteView payload) {
    auto const kind = hash_kind(uri.algorithm.empty() ? claim_algorithm : uri.algorithm);
    if (!kind) return std::nullopt;
    Hash hash(*kind);
    hash.update(payload);
    return hash.finish() == uri.hash;
}

ManifestChecker::ManifestChecker(Store const& store, Question const& question, Report& report)
    : store_(store),
      question_(question),
      report_(report),
      late_(late_stamps(store)),
      redacted_(honoured_redactions(store)) {
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
    if (base_label(one.label) != "c2pa.time-stamp" || !as_cbor.ok()) return;
    auto const* map = *as_cbor ? (*as_cbor)->map() : nullptr;
    if (map == nullptr || map->empty())
        to.bad("assertion.timestamp.malformed", url, "it holds no time stamp");
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
    std::size_t ingredients = 0;
    bool pictures = false;
    for (auto const& one : all) {
        auto const base = base_label(one.label);
        // Of version 1 it is a binding that cannot be believed: that is said where a file is held
        // against it.
        if (is_hard_binding(one.label) || base == "c2pa.hash.bmff") ++bindings;
        pictures = pictures || base.starts_with("c2pa.thumbnail");
        if (base != "c2pa.ingredient") continue;
        ++ingredients;
        if (one.box == nullptr) continue;
        auto const content = cbor_content(*one.box);
        if (content.ok() && *content && ingredient_target(**content).relationship == "parentOf")
            ++parents;
    }
    auto const url = manifest.uri();
    if (manifest.kind == ManifestKind::update) {
        if (bindings > 0)
            to.bad("manifest.update.invalid", url, "an update with a binding of its own");
        if (pictures) to.bad("manifest.update.invalid", url, "an update with a thumbnail");
        if (parents != 1 || ingredients != 1)
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

}  // namespace exhibit::c2pa
