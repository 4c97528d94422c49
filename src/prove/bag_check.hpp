// The lists that a release carries of itself: BagIt manifests, SHA256SUMS, the torrent and its
// link. None of them is signed. They are checked because other people's programs rely on them.
#pragma once

#include <set>

#include "prove/file_check.hpp"
#include "prove/findings.hpp"

namespace exhibit::prove {

// A folder whose files were hashed once, for all purposes.
struct HashedFolder {
    DiskFolder const& folder;
    std::vector<bagit::FolderEntry> const& entries;  // by path
    HashedFiles const& hashed;
};

// What tagmanifest-sha256.txt names; empty when the lists cannot be read.
std::set<std::string> listed_tag_files(DiskFolder const& folder);
// Complete and unchanged by its own lists.
void judge_bag(HashedFolder const& it, Findings& to);
// bag-info.txt; `case_id` is empty when no policy could be read.
void judge_bag_info(HashedFolder const& it, std::string const& case_id, Findings& to);
// Roots of files above 16 KiB are compared where they were computed: of ciphertexts always, of
// originals with --full.
void judge_torrent(HashedFolder const& it, Findings& to);

}  // namespace exhibit::prove
