// The three questions: is this release what it says, is this ciphertext the sealed one, is this
// file the original?
#pragma once

#include "base/files.hpp"
#include "case/custody_evidence.hpp"
#include "case/known_keys.hpp"
#include "case/report.hpp"
#include "case/statement.hpp"
#include "formats/age/age.hpp"

namespace exhibit::prove {

struct VerifyOptions {
    bool full = false;                              // also the salted block tree of every original
    unsigned threads = 2;                           // files hashed at a time
    std::optional<KnownKeys> known = std::nullopt;  // gives names to hands
    TimeTrust time = {};  // roots of authorities, blocks of Bitcoin that the reader knows
    WallTime now{};       // for certificates in files' own manifests
};

// The folder that `publish` wrote, wherever it was copied to.
VerifyReport verify_release(Path const& folder, VerifyOptions const& options = {});

// NNNN.age against NNNN.sd-jwt. Needs no key; with one, also what is inside.
VerifyReport verify_exhibit_file(Path const& ciphertext, Path const& statement,
                                 age::Identities identities = {});

// An original against its statement and disclosures. With certificates and the witness's key also
// whose hand sealed it; without them that is `not_checked` only if asked for.
struct OriginalProof {
    Path statement;
    Path disclosures;
    std::optional<Path> exhibit_certificate, device_certificate;
    std::optional<Path> policy;  // envelope: names the witness's key
};
VerifyReport verify_original(Path const& file, OriginalProof const& proof,
                             VerifyOptions const& options = {});

// What `disclose` wrote: some facts, perhaps parts of the recording.
VerifyReport verify_disclosure(Path const& folder, VerifyOptions const& options = {});
// A seal statement by itself, with the disclosures that hang on it.
VerifyReport verify_presentation(Path const& file);

// Any bag, ours or not: complete and unchanged by its own lists?
VerifyReport verify_bag_folder(Path const& folder);

// Canonical JSON, one line, for programs: docs/verify-report.schema.json.
std::string write_report(VerifyReport const& report);
// plain: exhibits as headings, a sentence a finding, and the command that confirms it. lay: with
// what the words mean, for who never saw a digest. expert: for the other side's expert: names,
// evidence, exact values, how each is established and how it could be attacked.
enum class Reader { plain, lay, expert };
std::string show_report(VerifyReport const& report, Reader reader = Reader::plain);

}  // namespace exhibit::prove
