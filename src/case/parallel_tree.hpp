// The salted block tree of an original that lies on disk, its leaves hashed by several threads. For
// whoever opens or verifies; who seals has the bytes in hand and uses OriginalDigester.
#pragma once

#include "base/files.hpp"
#include "case/block_tree.hpp"

namespace exhibit {

// Memory: 1 MiB per thread and 32 bytes for each 64 KiB of 1 GiB. Fails only when the file cannot
// be read.
Result<BlockRoot> block_root_of_file(Path const& file, Secret<32> const& seed,
                                     unsigned threads = 2);

// The leaves themselves, 32 bytes for each 64 KiB of the file.
Result<std::vector<Digest256>> block_leaves_of_file(Path const& file, Secret<32> const& seed,
                                                    unsigned threads = 2);

}  // namespace exhibit
