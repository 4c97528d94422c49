// Where things lie in a release folder: what `publish` writes and `verify` reads.
//
//   data/                         the same at every publisher; all that BagIt and torrent cover
//     NNNN/<name>                 the original
//     NNNN.age  NNNN.sd-jwt       ciphertext and seal statement
//     NNNN.disclosures.json       every fact that the statement holds as a salted digest
//     case-key.txt                age identity file: opens every NNNN.age
//     release.json  policy.json   release record; policy with the witness's signature alone
//   bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt  SHA256SUMS
//   exhibit-<case>.torrent  magnet.txt  index.html  HOW-TO-CHECK.txt
//   FILES.txt                     every other file, for the page when a server holds it
//   LICENCES.txt                  of the code in the page
//   c2pa-reader.js, .wasm.gz      other people's reader of content credentials, for the page
//   check-parts.py                checks parts of a recording (case/disclosure.hpp)
//   votes/ adoptions/ receipts/ shares/     signed documents; they may differ and grow
//   policies/N/policy.json        earlier versions of the policy; policies/N/GUARDIAN.json: who did
//                                 not object to version N
//   shares/case-key.age           not signed by anybody, so not in data/
//   proofs/subject.json           the check-in that ran out, or the release-now
//   proofs/vouched.txt            statements that the witness vouched for
//   proofs/NNNN.exhibit-certificate.json, NNNN.device-certificate.json
//   revocations/X.device-lost.json     the witness's word that a device was lost
//   revocations/X.json            which device, from when: the revocation that was inside it
//   keys/*.pem                    public keys, for openssl
//   custody/ time/                what guardians logged, what stamped it: custody_folder.hpp
#pragma once

#include "case/statement.hpp"

namespace exhibit::release_folder {

inline constexpr char const* data = "data";
inline constexpr char const* record = "data/release.json";
inline constexpr char const* policy = "data/policy.json";
inline constexpr char const* case_key = "data/case-key.txt";
inline constexpr char const* policies = "policies";
inline constexpr char const* votes = "votes";
inline constexpr char const* adoptions = "adoptions";
inline constexpr char const* receipts = "receipts";
inline constexpr char const* shares = "shares";
inline constexpr char const* locked_case_key = "shares/case-key.age";
inline constexpr char const* subject = "proofs/subject.json";
inline constexpr char const* vouched = "proofs/vouched.txt";
inline constexpr char const* proofs = "proofs";
inline constexpr char const* keys = "keys";
inline constexpr char const* revocations = "revocations";
inline constexpr char const* custody = "custody";
inline constexpr char const* device_events = "custody/device";
inline constexpr char const* time = "time";
inline constexpr char const* authorities = "time/authorities";
inline constexpr char const* blocks = "time/blocks";
inline constexpr char const* test_blocks = "time/test-blocks";
inline constexpr char const* manifest = "manifest-sha256.txt";
inline constexpr char const* tag_manifest = "tagmanifest-sha256.txt";
inline constexpr char const* file_list = "FILES.txt";
inline constexpr char const* licences = "LICENCES.txt";
inline constexpr char const* c2pa_reader_script = "c2pa-reader.js";
inline constexpr char const* c2pa_reader_wasm = "c2pa-reader.wasm.gz";

inline std::string exhibit_file(ExhibitNumber number, std::string_view ending) {
    return "data/" + show(number) + std::string(ending);
}

inline std::string policy_folder(unsigned version) {
    return std::string(policies) + "/" + std::to_string(version);
}

// The name of an original in data/NNNN/: the sealed name where every file system, BagIt and
// torrents can take it, else with '_' for what they cannot. A function of the name alone.
std::string safe_file_name(std::string_view name);

}  // namespace exhibit::release_folder
