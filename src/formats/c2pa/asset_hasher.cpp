#include "formats/c2pa/asset_hasher.hpp"

#include <algorithm>

#include "base/parallel.hpp"
#include "crypto/sha256_lanes.hpp"

namespace exhibit::c2pa {
namespace {

constexpr unsigned threads = 2;
constexpr std::size_t read_bytes = 256 << 10;  // stays in the cache between reading and hashing

}  // namespace

AssetHasher::AssetHasher(HashKind kind)
    : flat_(kind),
      block_(kind),
      conveyor_([this](ByteView piece, unsigned part) { take(piece, part); }) {}

void AssetHasher::take(ByteView piece, unsigned part) {
    switch (static_cast<Part>(part)) {
        case flat: flat_.update(piece); break;
        case block: block_.update(piece); break;
        case block_ends:
            blocks_.push_back(block_.finish());
            block_.reset();
            break;
    }
}

Outcome AssetHasher::put(ByteSource const& source, ByteRange range, Part part) {
    while (range.length > 0) {
        auto const space = room(part);
        auto const count = static_cast<std::size_t>(
            std::min<std::uint64_t>(range.length, std::min(space.size(), read_bytes)));
        TRY(source.read_at(range.offset, space.first(count)));
        filled(count);
        range.offset += count;
        range.length -= count;
    }
    return {};
}

AssetHasher::Hashes AssetHasher::finish() {
    conveyor_.finish();
    return {flat_.finish(), std::move(blocks_)};
}

namespace {

// The next piece of a block into the buffer; empty at its end.
Result<ByteView> next_piece(ByteSource const& source, ByteRange& left, Bytes& buffer) {
    auto const count =
        static_cast<std::size_t>(std::min<std::uint64_t>(left.length, buffer.size()));
    auto const piece = MutableBytes(buffer).first(count);
    TRY(source.read_at(left.offset, piece));
    left.offset += count;
    left.length -= count;
    return ByteView(piece);
}

Outcome hash_one(ByteSource const& source, HashKind kind, ByteRange block, Bytes& out) {
    Hash hash(kind);
    Bytes buffer(read_bytes);
    while (block.length > 0) {
        auto const piece = TRY(next_piece(source, block, buffer));
        hash.update(piece);
    }
    out = hash.finish();
    return {};
}

// Two blocks at a time: one SHA-256 by itself waits for its own results.
Outcome hash_two(ByteSource const& source, ByteRange first, ByteRange second, Bytes& out_first,
                 Bytes& out_second) {
    Sha256Two hashes;
    Bytes buffer_first(read_bytes);
    Bytes buffer_second(read_bytes);
    while (first.length > 0 || second.length > 0) {
        auto const a = TRY(next_piece(source, first, buffer_first));
        auto const b = TRY(next_piece(source, second, buffer_second));
        hashes.update(a, b);
    }
    auto const digests = hashes.finish();
    out_first = to_bytes(ByteView(digests[0]));
    out_second = to_bytes(ByteView(digests[1]));
    return {};
}

}  // namespace

Result<std::vector<Bytes>> hash_blocks(ByteSource const& source, HashKind kind,
                                       std::vector<ByteRange> const& blocks) {
    std::vector<Bytes> out(blocks.size());
    std::size_t const together = kind == HashKind::sha256 ? 2 : 1;
    auto const work = [&](std::size_t i) -> Outcome {
        auto const at = i * together;
        if (together == 2 && at + 1 < blocks.size())
            return hash_two(source, blocks[at], blocks[at + 1], out[at], out[at + 1]);
        return hash_one(source, kind, blocks[at], out[at]);
    };
    TRY(for_each_index((blocks.size() + together - 1) / together, threads, work));
    return out;
}

}  // namespace exhibit::c2pa
