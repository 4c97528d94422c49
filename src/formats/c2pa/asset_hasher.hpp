// Hashes a file while it is read: the flat hash on a second thread, or the blocks of its media.
#pragma once

#include "base/byte_source.hpp"
#include "base/conveyor.hpp"
#include "crypto/hash.hpp"

namespace exhibit::c2pa {

// One pass over what goes into the flat hash, and, where the media has a tree of its own, into the
// hashes of its blocks. Reading (and for a writer writing) is done by the caller.
class AssetHasher {
public:
    enum Part : unsigned { flat, block, block_ends };

    explicit AssetHasher(HashKind kind);
    // Space for the next bytes of that part; see Conveyor.
    MutableBytes room(Part part) { return conveyor_.room(part); }
    void filled(std::size_t count) { conveyor_.filled(count); }
    void put(ByteView bytes, Part part) { conveyor_.put(bytes, part); }
    // A range of a source, all of it.
    Outcome put(ByteSource const& source, ByteRange range, Part part);
    void end_block() { conveyor_.mark(block_ends); }

    struct Hashes {
        Bytes flat;
        std::vector<Bytes> blocks;
    };
    // Once; nothing may be put afterwards.
    Hashes finish();

private:
    void take(ByteView piece, unsigned part);

    Hash flat_;
    Hash block_;
    std::vector<Bytes> blocks_;
    Conveyor conveyor_;  // last: its thread ends before what it feeds
};

// The hash of each range, side by side on two threads.
Result<std::vector<Bytes>> hash_blocks(ByteSource const& source, HashKind kind,
                                       std::vector<ByteRange> const& blocks);

}  // namespace exhibit::c2pa
