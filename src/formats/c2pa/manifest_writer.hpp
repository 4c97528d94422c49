// From a draft to a manifest: assertions with their salts, the claim over them, its signature.
#pragma once

#include "base/random.hpp"
#include "formats/c2pa/claim_signer.hpp"
#include "formats/c2pa/draft.hpp"

namespace exhibit::c2pa {

// A version 4 UUID (RFC 9562 §5.4), lower case.
std::string make_uuid(Random& random);

// Everything that is random is drawn when it is created, so that a manifest can be written twice:
// once with a binding of zeros to learn its size, once with the real one. Both have the same size.
class ManifestWriter {
public:
    // Codes "draft" (no actions, text that is not UTF-8).
    static Result<ManifestWriter> create(Draft draft, ManifestKind kind, ClaimSigner const& signer,
                                         Random& random);

    std::string const& label() const { return label_; }
    // The superbox, with zeros where the signature will be. A standard manifest has a binding, an
    // update has none.
    Bytes plan(NewAssertion const* binding) const;
    struct Written {
        Bytes manifest;
        bool stamped = false;
    };
    Result<Written> write(NewAssertion const* binding) const;

private:
    struct Salted {
        NewAssertion assertion;
        std::string label;  // with its number
        ByteArray<32> salt{};
    };
    ManifestWriter(Draft draft, ManifestKind kind, ClaimSigner const& signer)
        : draft_(std::move(draft)), kind_(kind), signer_(signer) {}
    void add(NewAssertion assertion, Random& random);
    Bytes claim_over(std::vector<HashedUri> const& assertions) const;
    Bytes put_together(NewAssertion const* binding, ByteView signature, Bytes* claim) const;

    Draft draft_;
    ManifestKind kind_;
    ClaimSigner const& signer_;
    std::string label_, instance_id_;
    ByteArray<32> binding_salt_{};
    std::vector<Salted> assertions_;
};

// The store around manifests (superboxes), the last of which is the active one.
Bytes write_store(std::vector<Bytes> const& manifests);
// The superboxes of a store, as they were stored, those too that are no manifests (§11.1.4.2).
std::vector<Bytes> boxes_of(Store const& store);

}  // namespace exhibit::c2pa
