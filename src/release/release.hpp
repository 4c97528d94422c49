// release: from shares and ciphertexts to footage, and to a folder that anybody can check.
//
// Comes in: a ReleaseBundle (what a guardian hands out after q adoptions) and the ciphertexts; or
// shares on paper and one NNNN.age, years later, with no guardian and no network. Goes out: the
// originals, and a release folder (case/release_folder.hpp) whose data/ is the same bytes whoever
// publishes. Consumes Policy, Vote, Adoption, ReleasedShare, SealStatement.
//
// Reading order: case_key.hpp (k shares → the key), opened_release.hpp (are the documents right?),
// decrypt_file.hpp (ciphertext → plaintext on two threads), case/package_reader.hpp (the tar in
// it), open_exhibit.hpp (one exhibit, written safely), file_digester.hpp (SHA-256 and torrent tree
// in one pass), publish.hpp (the folder), folder_writer.hpp, page.hpp (index.html,
// HOW-TO-CHECK.txt) with page_claims.hpp, page_words.hpp (its English), html.hpp (text into markup)
// and page_assets.hpp (what web/ made) · disclosed_facts.hpp, signer.hpp, signed_copy.hpp (a copy
// with a manifest).
//
// Nothing here reads a clock. Media is never decoded. Names that come out of packages are hostile.
#pragma once

#include "release/open_exhibit.hpp"
#include "release/opened_release.hpp"
#include "release/publish.hpp"
