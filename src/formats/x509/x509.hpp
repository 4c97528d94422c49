// x509: what a certificate must be to sign a claim or a time stamp, and whom to believe.
//
// Comes in: the certificates of a signature, the lists of the person who asks, a time. Goes out:
// whether they fit the profile, and their standing: trusted (a chain to an anchor), known (this
// very certificate is in the address book) or untrusted.
//
// Spec: C2PA 2.2 to 2.5, §14.5 (credential profile), §14.4 (trust model). Signers and time-stamp
// authorities have separate lists: who may date a claim may not make one. The address book is the
// spec's private credential store: exact matches of leaves only, never for time stamps. "Untrusted"
// says nothing against a file: it is intact, and its signer is not on the list.
//
// Not implemented: ML-DSA (OpenSSL 3.0 has none), CRLs, anchors with dates of their own, fetching
// anything.
#pragma once

#include "crypto/certificate.hpp"

namespace exhibit::x509 {

struct TrustLists {
    std::vector<Certificate> signers;       // anchors
    std::vector<Certificate> timestampers;  // anchors
    std::vector<Certificate> address_book;  // leaves of people one knows
};

enum class Standing { trusted, known, untrusted };

// Dotted object identifiers of the purposes a signer's certificate may have.
inline constexpr char const* usage_email = "1.3.6.1.5.5.7.3.4";
inline constexpr char const* usage_document = "1.3.6.1.5.5.7.3.36";
inline constexpr char const* usage_claim = "1.3.6.1.4.1.62558.2.1";
inline constexpr char const* usage_vendor = "1.3.6.1.4.1.311.76.59.1.9";
inline constexpr char const* usage_timestamp = "1.3.6.1.5.5.7.3.8";
inline constexpr char const* usage_ocsp = "1.3.6.1.5.5.7.3.9";
inline constexpr char const* usage_any = "2.5.29.37.0";

// Error code "profile"; `what` says which rule is broken. Validity in time is asked apart.
Outcome check_signer_profile(Certificate const& leaf);
Outcome check_timestamper_profile(Certificate const& leaf);

Standing standing_of_signer(Certificate const& leaf, std::vector<Certificate> const& others,
                            TrustLists const& lists, WallTime at);
bool trusts_timestamper(Certificate const& leaf, std::vector<Certificate> const& others,
                        TrustLists const& lists, WallTime at);

}  // namespace exhibit::x509
