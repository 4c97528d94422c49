#include "release/file_digester.hpp"

#include <algorithm>
#include <bit>

namespace exhibit::release {

FileDigester::FileDigester(std::uint64_t piece_length)
    : piece_length_(piece_length),
      tree_(static_cast<unsigned>(std::countr_zero(piece_length / torrent::leaf_bytes))) {
    VERIFY(torrent::is_piece_length(piece_length));
}

void FileDigester::update(ByteView bytes) {
    size_ += bytes.size();
    while (!bytes.empty()) {
        if (!pair_.in_leaf()) pair_.begin_leaf({});
        auto const taken = std::min(torrent::leaf_bytes - in_leaf_, bytes.size());
        pair_.update(bytes.first(taken));
        in_leaf_ = (in_leaf_ + taken) % torrent::leaf_bytes;
        if (in_leaf_ == 0) tree_.add(pair_.finish_leaf());
        bytes = bytes.subspan(taken);
    }
}

FileDigests FileDigester::finish() {
    if (pair_.in_leaf()) tree_.add(pair_.finish_leaf());
    FileDigests out;
    out.size = size_;
    out.sha256 = pair_.finish();
    if (size_ > 0) out.root = tree_.finish();
    // BEP 52: only files larger than one piece have a layer.
    if (size_ > piece_length_) out.piece_layer = tree_.take_layer();
    return out;
}

}  // namespace exhibit::release
