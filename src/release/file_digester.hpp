// Everything that the lists of a release say of a file, in one pass while it is written: SHA-256
// for BagIt and the page, and the BEP 52 root with its piece layer for the torrent.
#pragma once

#include "formats/torrent/torrent.hpp"

namespace exhibit::release {

struct FileDigests {
    Digest256 sha256{};
    Digest256 root{};
    std::uint64_t size = 0;
    std::vector<Digest256> piece_layer;  // only when size > piece length
};

class FileDigester {
public:
    // A power of two from 16 KiB.
    explicit FileDigester(std::uint64_t piece_length);
    void update(ByteView bytes);
    FileDigests finish();  // once

private:
    std::uint64_t piece_length_;
    Sha256Pair pair_;
    torrent::LeafTree tree_;
    std::size_t in_leaf_ = 0;
    std::uint64_t size_ = 0;
};

}  // namespace exhibit::release
