#include "formats/c2pa/asset_hasher.hpp"

#include <algorithm>

#include "base/parallel.hpp"

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

Result<std::vector<Bytes>> hash_blocks(ByteSource const& source, HashKind kind,
                                       std::vector<ByteRange> const& blocks) {
    std::vector<Bytes> out(blocks.size());
    auto const hash_one = [&](std::size_t i) -> Outcome {
        Hash hash(kind);
        Bytes buffer(
            static_cast<std::size_t>(std::min<std::uint64_t>(blocks[i].length, read_bytes)));
        for (auto left = blocks[i]; left.length > 0;) {
            auto const count =
                static_cast<std::size_t>(std::min<std::uint64_t>(left.length, buffer.size()));
            auto const piece = MutableBytes(buffer).first(count);
            TRY(source.read_at(left.offset, piece));
            hash.update(piece);
            left.offset += count;
            left.length -= count;
        }
        out[i] = hash.finish();
        return {};
    };
    TRY(for_each_index(blocks.size(), threads, hash_one));
    return out;
}

}  // namespace exhibit::c2pa
