#include "formats/c2pa/store.hpp"

#include <algorithm>

#include "formats/c2pa/asset.hpp"
#include "formats/json/strict.hpp"

namespace exhibit::c2pa {
namespace {

constexpr auto cbor_box = jumbf::box_type("cbor");
constexpr auto json_box = jumbf::box_type("json");
constexpr auto brob_box = jumbf::box_type("brob");
constexpr std::string_view uri_prefix = "self#jumbf=";

Error wrong(std::string what) {
    return bad_input("is no manifest store: " + what).coded("c2pa-store");
}

std::vector<HashedUri> hashed_uris(cbor::Value const& claim, char const* key) {
    std::vector<HashedUri> out;
    auto const* list = claim.find_array(key);
    if (list == nullptr) return out;
    for (auto const& one : *list) {
        if (auto uri = as_hashed_uri(&one))
            out.push_back(std::move(*uri));
        else
            out.push_back({});  // an entry that leads nowhere is found missing
    }
    return out;
}

// §15.6: exactly one claim box, of a version we know.
void read_claim(Manifest& manifest) {
    jumbf::Superbox const* claim = nullptr;
    for (auto const& child : manifest.box->children) {
        if (child.description.type != jumbf::type_id("c2cl")) continue;
        if (claim != nullptr) {
            manifest.trouble = "claim.multiple";
            return;
        }
        claim = &child;
    }
    manifest.trouble = "claim.missing";
    if (claim == nullptr) return;
    if (claim->label() != "c2pa.claim" && claim->label() != "c2pa.claim.v2") return;
    auto const* content = claim->content(cbor_box);
    manifest.trouble = "claim.cbor.invalid";
    if (content == nullptr || claim->contents.size() != 1) return;
    auto value = cbor::parse(content->payload);
    if (!value.ok()) return;
    manifest.claim = value.take();
    manifest.trouble = "claim.malformed";
    bool const second = claim->label() == "c2pa.claim.v2";
    auto const* info = manifest.claim.find("claim_generator_info");
    if (manifest.claim.find_text("signature") == nullptr) return;
    if (manifest.claim.find_text("instanceID") == nullptr) return;
    if (second && (info == nullptr || info->find_text("name") == nullptr)) return;
    auto const* list = manifest.claim.find_array(second ? "created_assertions" : "assertions");
    auto const* more = manifest.claim.find_array("gathered_assertions");
    // The reference writes updates whose assertions are all gathered ones.
    bool const gathered =
        second && manifest.kind == ManifestKind::update && more != nullptr && !more->empty();
    if ((list == nullptr || list->empty()) && !gathered) return;
    if ((list != nullptr && list->size() > assertions_max) ||
        (more != nullptr && more->size() > assertions_max)) {
        return;
    }
    manifest.claim_bytes = content->payload;
    manifest.claim_version = second ? 2 : 1;
    manifest.trouble = nullptr;
}

// ISO/IEC 18181-2 puts the type of the packed box first, and packs its payload; others pack the
// whole box.
Result<Bytes> unpack_manifest(ByteView packed) {
    auto const type = as_bytes("jumb");
    bool const typed = packed.size() >= 4 && same_bytes(packed.first(4), type);
    auto inner = TRY(unpack_brotli(typed ? packed.subspan(4) : packed, store_bytes_max));
    bool const whole = inner.size() >= 8 && same_bytes(ByteView(inner).subspan(4, 4), type);
    if (whole) return inner;
    return jumbf::write_box(jumbf::box_type("jumb"), inner);
}

bool ends_in_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<HashedUri> as_hashed_uri(cbor::Value const* value) {
    if (value == nullptr || value->find_text("url") == nullptr) return std::nullopt;
    HashedUri out{*value->find_text("url"), {}, {}};
    if (auto const* hash = value->find_bytes("hash")) out.hash = *hash;
    // Old files hold the hash as an array of numbers.
    if (auto const* numbers = value->find_array("hash")) {
        for (auto const& number : *numbers) {
            out.hash.push_back(static_cast<Byte>(number.unsigned_number().value_or(0)));
        }
    }
    if (auto const* algorithm = value->find_text("alg")) out.algorithm = *algorithm;
    return out;
}

std::string Manifest::algorithm() const {
    auto const* name = claim.find_text("alg");
    return name == nullptr ? "" : *name;
}

std::vector<HashedUri> Manifest::created() const {
    return hashed_uris(claim, claim_version == 2 ? "created_assertions" : "assertions");
}

std::vector<HashedUri> Manifest::gathered() const {
    return claim_version == 2 ? hashed_uris(claim, "gathered_assertions")
                              : std::vector<HashedUri>{};
}

std::vector<std::string> Manifest::redactions() const {
    std::vector<std::string> out;
    auto const* list = claim.find_array("redacted_assertions");
    if (list == nullptr) return out;
    for (auto const& one : *list) {
        if (one.text() != nullptr) out.push_back(*one.text());
    }
    return out;
}

jumbf::Superbox const* Manifest::assertion(std::string_view wanted) const {
    return assertions == nullptr ? nullptr : assertions->only_child(wanted);
}

Outcome Store::add(jumbf::Superbox const& box) {
    Manifest manifest;
    manifest.box = &box;
    manifest.label = box.label();
    manifest.stored = box.payload;
    if (manifests_.size() >= manifests_max) return wrong("too many manifests");
    if (find(manifest.label) != nullptr) return wrong("two manifests of one name");
    if (box.description.type == jumbf::type_id("c2cm")) {
        auto const* packed = box.content(brob_box);
        if (packed == nullptr || box.contents.size() != 1)
            return wrong("a compressed manifest is broken");
        auto whole = TRY(unpack_manifest(packed->payload));
        unpacked_bytes_.push_back(std::move(whole));
        auto tree = TRY(jumbf::parse(unpacked_bytes_.back()));
        if (tree.label() != manifest.label)
            return wrong("a compressed manifest has another name inside");
        unpacked_.push_back(std::move(tree));
        manifest.box = &unpacked_.back();
    }
    auto const& type = manifest.box->description.type;
    if (type == jumbf::type_id("c2um"))
        manifest.kind = ManifestKind::update;
    else if (type != jumbf::type_id("c2ma") && type != jumbf::type_id("c2md"))
        return {};
    for (auto const& child : manifest.box->children) {
        if (child.description.type == jumbf::type_id("c2as")) {
            if (manifest.assertions != nullptr)
                return wrong("a manifest with two assertion stores");
            manifest.assertions = &child;
        }
    }
    if (manifest.assertions != nullptr && manifest.assertions->children.size() > assertions_max) {
        return wrong("too many assertions");
    }
    manifest.signature = manifest.box->only_child(signature_label);
    read_claim(manifest);
    manifests_.push_back(std::move(manifest));
    return {};
}

Result<Store> Store::parse(Bytes bytes) {
    Store out;
    if (bytes.size() > store_bytes_max) return wrong("too large");
    out.bytes_ = std::move(bytes);
    out.root_ = TRY(jumbf::parse_first(out.bytes_));
    if (out.root_.label() != "c2pa" || out.root_.description.type != jumbf::type_id("c2pa")) {
        return wrong("another label");
    }
    for (auto const& child : out.root_.children) TRY(out.add(child));
    if (out.manifests_.empty()) return wrong("it is empty");
    return out;
}

Manifest const* Store::find(std::string_view label) const {
    auto const found = std::ranges::find(manifests_, label, &Manifest::label);
    return found == manifests_.end() ? nullptr : &*found;
}

std::optional<Address> parse_uri(std::string_view url) {
    if (!url.starts_with(uri_prefix)) return std::nullopt;
    url.remove_prefix(uri_prefix.size());
    bool const absolute = url.starts_with("/");
    if (absolute) url.remove_prefix(1);
    std::vector<std::string> parts;
    while (!url.empty()) {
        auto const stop = std::min(url.find('/'), url.size());
        auto const part = url.substr(0, stop);
        if (part.empty() || part == "." || part == "..") return std::nullopt;
        parts.emplace_back(part);
        url.remove_prefix(std::min(stop + 1, url.size()));
    }
    if (parts.empty()) return std::nullopt;
    Address out;
    // Files of version 1 leave out the slash before "c2pa"; nothing in a manifest has that label.
    if (absolute || parts[0] == "c2pa") {
        if (parts.size() < 2 || parts[0] != "c2pa") return std::nullopt;
        out.manifest = parts[1];
        parts.erase(parts.begin(), parts.begin() + 2);
    }
    out.path = std::move(parts);
    return out;
}

std::optional<std::string> assertion_label(Address const& address) {
    if (address.path.size() != 2 || address.path[0] != assertion_store_label) return std::nullopt;
    return address.path[1];
}

std::string base_label(std::string_view label) {
    if (auto const at = label.rfind("__");
        at != label.npos && ends_in_number(label.substr(at + 2))) {
        label = label.substr(0, at);
    }
    if (auto const at = label.rfind(".v");
        at != label.npos && ends_in_number(label.substr(at + 2))) {
        label = label.substr(0, at);
    }
    return std::string(label);
}

bool is_hard_binding(std::string_view label) {
    auto const base = base_label(label);
    // §18.6.1: version 1 is to be read "as if the assertion were not present". It hashed no places.
    if (base == "c2pa.hash.bmff" && label.find(".v") == label.npos) return false;
    return base == "c2pa.hash.data" || base == "c2pa.hash.bmff" || base == "c2pa.hash.boxes" ||
           base == "c2pa.hash.collection.data" || base == "c2pa.hash.segment";
}

Result<std::optional<cbor::Value>> cbor_content(jumbf::Superbox const& assertion) {
    auto const* content = assertion.content(cbor_box);
    if (content == nullptr) return std::optional<cbor::Value>{};
    auto value = TRY(cbor::parse(content->payload));
    return std::optional<cbor::Value>(std::move(value));
}

Result<std::optional<Json>> json_content(jumbf::Superbox const& assertion) {
    auto const* content = assertion.content(json_box);
    if (content == nullptr) return std::optional<Json>{};
    JsonLimits const limits{.bytes_max = 16U << 20, .depth_max = 64};
    auto value = TRY(parse_strict(content->payload, limits, Numbers::doubles));
    return std::optional<Json>(std::move(value));
}

}  // namespace exhibit::c2pa
