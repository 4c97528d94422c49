// Every file hashed once, two at a time: SHA-256 of all, and of a ciphertext the BEP 52 root in the
// same pass.
#pragma once

#include <map>

#include "crypto/digest.hpp"
#include "prove/disk_folder.hpp"

namespace exhibit::prove {

struct HashedFile {
    std::optional<Error>
        unreadable;  // then nothing else counts, and nothing is said against the file
    std::uint64_t size = 0;
    Digest256 sha256{};
    std::optional<CipherRoot> root;  // BEP 52: of data/NNNN.age, or of all that was asked for
};
using HashedFiles = std::map<std::string, HashedFile>;

struct HashPlan {
    unsigned threads = 2;
    bool all_roots = false;  // not of ciphertexts only
};
HashedFiles hash_files(DiskFolder const& folder, std::vector<bagit::FolderEntry> const& entries,
                       HashPlan const& plan);
HashedFile hash_file(int fd, Path const& name, bool with_root);

}  // namespace exhibit::prove
