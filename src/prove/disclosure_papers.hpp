// The papers of a release that concern one exhibit: whose hand, and since when. Nothing of them
// tells the content, the name or the place.
#pragma once

#include "base/files.hpp"
#include "case/statement.hpp"

namespace exhibit::prove {

// policy.json, proofs/NNNN.*, the receipts of this exhibit, and of custody/ and time/ what leads
// from its receipts to logs and stamps. What is not there is left out.
Outcome copy_papers(Path const& release, SealStatement const& statement, Path const& to);

}  // namespace exhibit::prove
