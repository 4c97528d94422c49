#include "formats/c2pa/manifest_writer.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace exhibit::c2pa {
namespace {

constexpr auto spec_version = "2.4.0";

jumbf::Description described(jumbf::TypeId type, std::string label) {
    jumbf::Description out;
    out.type = type;
    out.label = std::move(label);
    return out;
}

Bytes assertion_box(NewAssertion const& assertion, std::string const& label, ByteView salt) {
    auto description =
        described(assertion.is_json ? jumbf::type_id("json") : jumbf::type_id("cbor"), label);
    description.toggles = 0x13;  // requestable, with a label and a private box
    description.private_box = jumbf::ContentBox{jumbf::box_type("c2sh"), salt};
    auto const type = assertion.is_json ? jumbf::box_type("json") : jumbf::box_type("cbor");
    return jumbf::write_superbox(description, {jumbf::write_box(type, assertion.content)});
}

// §8.4.2.3: all but the header of the superbox.
HashedUri reference(std::string const& label, ByteView box) {
    return {"self#jumbf=" + std::string(assertion_store_label) + "/" + label,
            to_bytes(ByteView(sha256(box.subspan(8)))),
            {}};
}

Bytes cbor_superbox(char const (&type)[5], std::string label, ByteView content) {
    return jumbf::write_superbox(described(jumbf::type_id(type), std::move(label)),
                                 {jumbf::write_box(jumbf::box_type("cbor"), content)});
}

bool all_text_is_utf8(Draft const& draft) {
    auto const good = [](std::string const& text) { return is_utf8(as_bytes(text)); };
    return good(draft.title) && good(draft.generator_name) && good(draft.generator_version) &&
           std::ranges::all_of(draft.actions, [&](Action const& action) {
               return good(action.name) && good(action.description) && good(action.reason) &&
                      good(action.digital_source_type);
           });
}

}  // namespace

std::string make_uuid(Random& random) {
    auto bytes = random.bytes<16>();
    bytes[6] = static_cast<Byte>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<Byte>((bytes[8] & 0x3f) | 0x80);
    auto out = to_hex(bytes);
    for (std::size_t at : {8U, 13U, 18U, 23U}) out.insert(at, 1, '-');
    return out;
}

Result<ManifestWriter> ManifestWriter::create(Draft draft, ManifestKind kind,
                                              ClaimSigner const& signer, Random& random) {
    auto const wrong = [](char const* what) { return wrong_use(what).coded("draft"); };
    if (!all_text_is_utf8(draft)) return wrong("a text of the claim is not UTF-8");
    if (draft.generator_name.empty()) return wrong("a claim must say what made it");
    if (kind == ManifestKind::standard && draft.actions.empty())
        return wrong("a claim must say what was done");
    ManifestWriter out(std::move(draft), kind, signer);
    out.label_ = "urn:c2pa:" + make_uuid(random);
    out.instance_id_ = "xmp:iid:" + make_uuid(random);
    random.fill(out.binding_salt_);
    std::optional<HashedUri> parent;
    if (out.draft_.parent) {
        out.add(ingredient_assertion(*out.draft_.parent), random);
        auto const& one = out.assertions_.back();
        parent = reference(one.label, assertion_box(one.assertion, one.label, one.salt));
    }
    if (!out.draft_.actions.empty()) out.add(actions_assertion(out.draft_.actions, parent), random);
    for (auto const& assertion : out.draft_.assertions) out.add(assertion, random);
    return out;
}

// §6.4: the first has no number.
void ManifestWriter::add(NewAssertion assertion, Random& random) {
    auto const before = std::ranges::count_if(
        assertions_, [&](Salted const& one) { return one.assertion.label == assertion.label; });
    Salted one{std::move(assertion), {}, random.bytes<32>()};
    one.label = one.assertion.label + (before == 0 ? "" : "__" + std::to_string(before));
    assertions_.push_back(std::move(one));
}

// All of it is vouched for by the signer: created, not gathered (§10.2.2).
Bytes ManifestWriter::claim_over(std::vector<HashedUri> const& assertions) const {
    cbor::Array created;
    for (auto const& one : assertions) created.push_back(to_cbor(one));
    cbor::Map generator{{"name", cbor::Value(draft_.generator_name)},
                        {"specVersion", cbor::Value(spec_version)}};
    if (!draft_.generator_version.empty())
        generator.emplace_back("version", cbor::Value(draft_.generator_version));
    // Since 2.3 the address of the signature is absolute: it ties the claim to its label.
    cbor::Map claim{
        {"alg", cbor::Value("sha256")},
        {"instanceID", cbor::Value(instance_id_)},
        {"claim_generator_info", cbor::Value(std::move(generator))},
        {"signature", cbor::Value("self#jumbf=/c2pa/" + label_ + "/" + signature_label)},
        {"created_assertions", cbor::Value(std::move(created))}};
    if (!draft_.title.empty()) claim.emplace_back("dc:title", cbor::Value(draft_.title));
    if (!draft_.redacted.empty()) {
        cbor::Array redacted;
        for (auto const& uri : draft_.redacted) redacted.emplace_back(uri);
        claim.emplace_back("redacted_assertions", cbor::Value(std::move(redacted)));
    }
    return cbor::write(cbor::Value(std::move(claim)));
}

Bytes ManifestWriter::put_together(NewAssertion const* binding, ByteView signature,
                                   Bytes* claim) const {
    VERIFY((binding != nullptr) == (kind_ == ManifestKind::standard));
    std::vector<Bytes> boxes;
    std::vector<HashedUri> references;
    auto const take = [&](NewAssertion const& assertion, std::string const& label, ByteView salt) {
        boxes.push_back(assertion_box(assertion, label, salt));
        references.push_back(reference(label, boxes.back()));
    };
    if (binding != nullptr) take(*binding, binding->label, binding_salt_);
    for (auto const& one : assertions_) take(one.assertion, one.label, one.salt);
    auto content = claim_over(references);
    auto const type =
        kind_ == ManifestKind::update ? jumbf::type_id("c2um") : jumbf::type_id("c2ma");
    auto const store =
        jumbf::write_superbox(described(jumbf::type_id("c2as"), assertion_store_label), boxes);
    auto out = jumbf::write_superbox(described(type, label_),
                                     {store, cbor_superbox("c2cl", "c2pa.claim.v2", content),
                                      cbor_superbox("c2cs", signature_label, signature)});
    if (claim != nullptr) *claim = std::move(content);
    return out;
}

Bytes ManifestWriter::plan(NewAssertion const* binding) const {
    return put_together(binding, Bytes(signature_box_bytes(signer_)), nullptr);
}

Result<ManifestWriter::Written> ManifestWriter::write(NewAssertion const* binding) const {
    Bytes claim;
    auto const planned = put_together(binding, Bytes(signature_box_bytes(signer_)), &claim);
    auto const signature = TRY(sign_claim(signer_, claim));
    Written out{put_together(binding, signature.content, nullptr), signature.stamped};
    VERIFY(out.manifest.size() == planned.size());
    return out;
}

Bytes write_store(std::vector<Bytes> const& manifests) {
    return jumbf::write_superbox(described(jumbf::type_id("c2pa"), "c2pa"), manifests);
}

std::vector<Bytes> boxes_of(Store const& store) {
    std::vector<Bytes> out;
    auto const root = jumbf::parse_first(store.bytes());
    VERIFY(root.ok());
    for (auto const& child : root->children) out.push_back(to_bytes(child.whole));
    return out;
}

}  // namespace exhibit::c2pa
