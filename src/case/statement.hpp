// The seal: what a witness states of one exhibit. An SD-JWT signed by a
// one-exhibit key when the ciphertext is complete. In the open: case, number, root and size of the
// ciphertext. Every fact about the content only as a salted digest, decoys among them; the
// disclosures lie inside the package.
//
//   facts ──make_disclosures──> disclosures.json (inside the encryption)
//     └──────────digests──────> sign_statement(root, size) ──> NNNN.sd-jwt (in the open)
#pragma once

#include <set>

#include "case/block_tree.hpp"
#include "case/capture.hpp"
#include "case/signed.hpp"
#include "formats/sdjwt/sdjwt.hpp"

namespace exhibit {

inline constexpr std::string_view statement_type = "exhibit-seal+sd-jwt";
// Facts and decoys together: always this many digests, so that their number tells nothing.
inline constexpr std::size_t statement_digests = 32;

// What the witness can later show, fact by fact.
struct SealFacts {
    PlainDigest sha256;
    std::uint64_t size_bytes = 0;
    std::string name;  // as the bytes of the file name, escaped if not UTF-8
    BlockRoot block_root;
    ByteArray<32> block_seed{};
    unsigned parts = 0;                       // 0: one entry; else how many parts were joined
    std::optional<WallTime> file_time;        // modification time of the file
    std::optional<std::string> claimed_time;  // in the witness's words
    std::optional<std::string> place_exact;
    std::optional<std::string> place_coarse;
    std::optional<std::string> note;
    std::string tool;  // name, version and digest of the sealing program
    WallTime device_clock;
    std::optional<WallTime> guardian_clock;  // newest signed clock known: not earlier than this
    // The newest state of a guardian's log that the device knew, with cosignatures: the text of a
    // signed note. What it proves: judge_not_before (logged.hpp).
    std::optional<std::string> guardian_checkpoint;
    CaptureFacts captured;  // the camera's word
};

Result<std::vector<Disclosure>> make_disclosures(SealFacts const& facts, Random& random);
// disclosures.json: an SD-JWT disclosure a line of a JSON array.
std::string write_disclosures(std::vector<Disclosure> const& disclosures);
Result<std::vector<Disclosure>> parse_disclosures(ByteView text);
// The facts that are disclosed; a statement presented in part leaves the rest at their defaults.
// `sha256`, `size` and `name` are required.
Result<SealFacts> read_facts(std::vector<Disclosure> const& disclosures);
// The same of a statement that shows only some: nothing is required, and what is not named is
// unknown.
struct ShownFacts {
    SealFacts facts;
    std::set<std::string> names;
    bool has(char const* name) const { return names.contains(name); }
};
Result<ShownFacts> read_shown_facts(std::vector<Disclosure> const& disclosures);

// What stands in the open.
struct SealClaims {
    CaseId case_id;
    ExhibitNumber number;
    bool drill = false;
    CipherRoot root;
    std::uint64_t size_bytes = 0;
};

// The text of NNNN.sd-jwt, without disclosures. Takes no plaintext digest but through
// `disclosures`, of which only salted digests go out.
Result<std::string> sign_statement(SealClaims const& claims,
                                   std::vector<Disclosure> const& disclosures,
                                   SigningKey const& exhibit_key, Random& random);

struct SealStatement {
    SealClaims claims;
    PublicKey key;          // the one-exhibit key; who vouches for it is in the package
    DocumentDigest digest;  // SHA-256 of the text: how receipts and vouched lists name it
    SdJwt token;

    // Checks form and signature. Codes of the SD-JWT reader, and "statement".
    static Result<SealStatement> parse(std::string_view text);
    // Do these disclosures belong to the digests that were signed?
    Outcome check_disclosures(std::vector<Disclosure> const& disclosures) const;
};

}  // namespace exhibit
