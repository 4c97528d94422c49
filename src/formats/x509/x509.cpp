#include "formats/x509/x509.hpp"

#include <algorithm>

namespace exhibit::x509 {
namespace {

constexpr unsigned rsa_bits_min = 2048;

Error breaks(std::string rule) { return bad_input("a certificate " + rule).coded("profile"); }

bool holds(std::vector<std::string> const& usages, std::string_view usage) {
    return std::ranges::find(usages, usage) != usages.end();
}

// What both kinds of leaf have in common.
Outcome check_leaf(Certificate const& leaf) {
    if (leaf.version() != 3) return breaks("is not of version 3");
    if (leaf.has_unique_ids()) return breaks("carries unique identifiers");
    if (leaf.signature_kind() == CertificateSignature::other) {
        return breaks("is signed with an algorithm that is not allowed");
    }
    auto const key = leaf.public_key();
    if (key == nullptr || key->kind() == KeyKind::other) {
        return breaks("has a key of a kind that is not allowed");
    }
    if (key->kind() == KeyKind::rsa && key->bits() < rsa_bits_min)
        return breaks("has a short RSA key");
    if (leaf.basic_constraints_ca().value_or(false))
        return breaks("is of an authority, not of a signer");
    if (!leaf.has_key_usage() || !leaf.may_sign_data()) return breaks("is not for signing data");
    if (leaf.may_sign_certificates()) return breaks("may sign certificates");
    if (!leaf.has_authority_key_id() && !leaf.is_self_issued()) {
        return breaks("does not name its issuer's key");
    }
    return {};
}

}  // namespace

Outcome check_signer_profile(Certificate const& leaf) {
    TRY(check_leaf(leaf));
    auto const usages = leaf.extended_key_usages();
    if (usages.empty()) return breaks("has no extended key usage");
    if (holds(usages, usage_any)) return breaks("is for any purpose");
    if (holds(usages, usage_timestamp) || holds(usages, usage_ocsp)) {
        return breaks("is also for time stamps or revocation answers");
    }
    return {};
}

Outcome check_timestamper_profile(Certificate const& leaf) {
    TRY(check_leaf(leaf));
    auto const usages = leaf.extended_key_usages();
    if (usages.size() != 1 || usages.front() != usage_timestamp)
        return breaks("is not for time stamps only");
    return {};
}

Standing standing_of_signer(Certificate const& leaf, std::vector<Certificate> const& others,
                            TrustLists const& lists, WallTime at) {
    if (std::ranges::find(lists.address_book, leaf) != lists.address_book.end())
        return Standing::known;
    auto const usages = leaf.extended_key_usages();
    bool const for_claims = holds(usages, usage_email) || holds(usages, usage_document) ||
                            holds(usages, usage_claim) || holds(usages, usage_vendor);
    if (!for_claims || leaf.basic_constraints_ca().value_or(false)) return Standing::untrusted;
    return chains_to(leaf, others, lists.signers, at) ? Standing::trusted : Standing::untrusted;
}

bool trusts_timestamper(Certificate const& leaf, std::vector<Certificate> const& others,
                        TrustLists const& lists, WallTime at) {
    return chains_to(leaf, others, lists.timestampers, at);
}

}  // namespace exhibit::x509
