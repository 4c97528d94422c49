// Where our verdict on a published vector differs from c2pa-rs's, and the sentence of the C2PA
// specification (2.2) that decides. docs/c2pa.md tells each to people; a test holds the two
// together.
#pragma once

#include <string_view>

namespace exhibit::test {

struct C2paDifference {
    std::string_view file;
    std::string_view ours;   // our verdict
    std::string_view codes;  // failures that only one of the two may name; all others must agree
    std::string_view why;
};

namespace because {

inline constexpr auto inaccessible =
    "§15.5: \"such as in an offline scenario, the manifest.inaccessible error code shall be "
    "used to report the situation\"";
inline constexpr auto cawg =
    "§15.10.3.2: \"If the assertion's label is not listed below, then that type of assertion does "
    "not require any additional validation steps\": an identity assertion is another body's";
inline constexpr auto not_redacted =
    "§15.11.3.3.1: \"if the referenced assertion is present and any JUMBF Content box [...] "
    "contains anything other than zero or more 0x00 bytes, the claim shall be rejected\"";
inline constexpr auto now_too =
    "§15.8.2: without a stamp \"the C2PA Manifest is valid if the current time at validation is "
    "within the validity period of the signer's certificate and all CA certificates up to the "
    "trust anchor\": so both are told, outside validity and no chain that holds now";

}  // namespace because

inline constexpr C2paDifference c2pa_differences[] = {
    {"rs/cloud.jpg", "Inaccessible", "", because::inaccessible},
    {"rs/cloudx.jpg", "Inaccessible", "", because::inaccessible},
    {"rs/libpng-test_with_url.png", "Inaccessible", "", because::inaccessible},
    {"own/late_stamp_countersig.txt", "Trusted", "claimSignature.outsideValidity",
     "§18.17.3: \"obtained using the same process as described in Section 10.3.2.5.3\", which is a "
     "Sig_structure around the signature; the reference hashes the bare signature. Both are taken"},
    {"own/late_stamp_none.txt", "Invalid", "signingCredential.untrusted", because::now_too},
    {"own/expired.jpg", "Invalid", "signingCredential.untrusted", because::now_too},
    {"own/attack_two_stores.jpg", "error",
     "assertion.dataHash.mismatch signingCredential.untrusted",
     "§15.5: \"If there are multiple C2PA Manifest Stores present in an asset, they shall all be "
     "considered as invalid\"; said as an error, never as a file that says nothing"},
    {"own/tamper_claim_label.jpg", "Invalid", "claim.missing",
     "§15.6.1: the claim has \"a label of c2pa.claim.v2 (or c2pa.claim for files with older claim "
     "structures)\": claim.missing"},
    {"own/attack_forged_in_redacted_slot.mp4", "Invalid", "assertion.notRedacted",
     because::not_redacted},
    {"own/chain_update_leaks_redacted.mp4", "Invalid", "assertion.notRedacted",
     because::not_redacted},
    {"own/attack_update_retagged.mp4", "error", "",
     "A.5.3: \"When the active manifest of an asset is an update manifest, the previous standard "
     "C2PA Manifest Store is located as indicated above with box_purpose changed to original\""},
    {"public/truepic-20230212-camera.jpg", "Invalid", "assertion.dataHash.mismatch",
     "§15.12.1.1: \"a validator shall ensure that the data contained within the exclusion range "
     "including a C2PA Manifest Store consists only of the C2PA Manifest Store and appropriate "
     "padding\""},
    {"rs/no_alg.jpg", "Invalid",
     "algorithm.unsupported assertion.dataHash.mismatch claimSignature.mismatch "
     "signingCredential.untrusted",
     "§15.4: an algorithm that is named nowhere is algorithm.unsupported, a failure of the "
     "manifest"},
    {"rs/prerelease.jpg", "Invalid",
     "assertion.hashedURI.mismatch claimSignature.mismatch signingCredential.untrusted",
     "§5.1: a validator need only be compatible with versions of the specification: a store of "
     "before 1.0 fails by its hashes"},
    {"rs/legacy.mp4", "Invalid", "claim.hardBindings.missing claimSignature.mismatch",
     "§18.6.1: \"Validators shall ignore any c2pa.hash.bmff assertions, processing the manifest as "
     "if the assertion were not present\": claim.hardBindings.missing"},
    {"rs/ocsp_with_assertion.jpg", "Valid", "signingCredential.untrusted",
     "§18.18.2: \"ocspVals\" are byte strings; the older oracle expects text"},
    {"public/adobe-20220124-E-clm-CAICAI.jpg", "Invalid", "ingredient.manifest.missing",
     "§15.11.3.3: \"If the URI does not resolve, or the hash does not match, [...] skip to the "
     "next ingredient assertion\""},
    {"public/adobe-20240110-single_manifest_store.pdf", "none", "signingCredential.untrusted",
     "A.4: embedding in PDF is not read here; manifests beside a PDF are"},
    {"cawg/malformed_cbor.jpg", "Trusted", "assertion.cbor.invalid", because::cawg},
    {"cawg/malformed_cbor.jpg", "Valid", "assertion.cbor.invalid", because::cawg},
    {"cawg/duplicate_assertion_reference.jpg", "Trusted", "signingCredential.untrusted",
     because::cawg},
    {"cawg/extra_assertion_claim_v1.jpg", "Trusted", "signingCredential.untrusted", because::cawg},
    {"cawg/no_hard_binding.jpg", "Trusted", "signingCredential.untrusted", because::cawg},
    {"cawg/pad1_invalid.jpg", "Trusted", "signingCredential.untrusted", because::cawg},
    {"rs/C_with_CAWG_data.jpg", "Trusted", "signingCredential.untrusted", because::cawg},
};

}  // namespace exhibit::test
