// Copies that carry a manifest, as files: written aside, checked, searched for what was withheld,
// and only then given their name. When any of this fails nothing is left behind.
#pragma once

#include "base/files.hpp"
#include "formats/c2pa/copies.hpp"
#include "formats/c2pa/redaction.hpp"

namespace exhibit::release {

struct CopyPlan {
    Path from;
    Path to;               // must not be there yet
    Path original;         // what `from` was made from, when it was edited; empty: `from` itself
    Path original_store;   // a manifest beside the original; empty: looked for beside it
    bool beside = false;   // `to` is the manifest; `from` stays as it is
    bool created = false;  // nothing came before: the signer made this recording
    bool with_thumbnails = false;  // carry thumbnails of the original along
    bool acknowledge = false;      // go on although the original's own manifest does not hold
    // Names (see disclosed_facts.hpp), labels or addresses of what is withheld.
    std::vector<std::string> withhold;
    c2pa::CopyWish wish;  // `withheld` is filled in from `withhold`
};

struct SignedCopy {
    std::string label;  // of the new manifest
    bool stamped = false;
    double sync_seconds = 0;            // of which the disk took to be done with it
    bool by_update = false;             // withheld by an update: the older binding still counts
    c2pa::Report original;              // what the original said of itself, judged
    std::vector<std::string> withheld;  // addresses
    std::vector<c2pa::Leak> words;      // words of withheld facts that stand elsewhere in the file
};

// A copy with a new manifest. Codes: "exists", "same-file", "original" (its own manifest does not
// hold; see acknowledge), "no-place", "redaction", "leak" (what was withheld is still in the copy),
// those of signing, and of the disk.
Result<SignedCopy> sign_copy(CopyPlan const& plan, c2pa::ClaimSigner const& signer,
                             c2pa::Question const& question, Random& random,
                             c2pa::Effort const& effort = {});

// A copy of a signed file from whose manifests facts are withheld, or to which facts are added: by
// an update where the container allows one, else by a new manifest.
Result<SignedCopy> revise_copy(CopyPlan const& plan, c2pa::ClaimSigner const& signer,
                               c2pa::Question const& question, Random& random,
                               c2pa::Effort const& effort = {});

// A file with what it says of itself: inside of it, or in NAME.c2pa or NAME.EXT.c2pa beside it.
struct Examined {
    FileSource file;
    Path store_file;  // of a manifest beside it
    c2pa::Report report;
};
Result<Examined> examine(Path const& file, Path const& store_file, c2pa::Question const& question);

}  // namespace exhibit::release
