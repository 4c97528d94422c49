// png: the chunks of a PNG file.
//
// Comes in: a ByteSource. Goes out: chunks as ranges, and the bytes of a chunk of our own.
//
// Spec: PNG, third edition (W3C 2025), §5: signature, then chunks of length (u32), type (4cc),
// data, CRC-32 over type and data. C2PA keeps its store in one `caBX` before the first IDAT (C2PA
// 2.2 A.3.3).
//
// What follows IEND is one last entry of type zero. CRCs are checked by read_chunk only: pixels are
// somebody else's business. Limit: 1 048 576 chunks. Error code "png".
// Not implemented: decoding.
#pragma once

#include "base/byte_source.hpp"

namespace exhibit::png {

using ChunkType = ByteArray<4>;
constexpr ChunkType chunk_type(char const (&text)[5]) {
    return {static_cast<Byte>(text[0]), static_cast<Byte>(text[1]), static_cast<Byte>(text[2]),
            static_cast<Byte>(text[3])};
}
inline constexpr std::size_t chunks_max = 1 << 20;
inline constexpr std::uint64_t signature_bytes = 8;

struct Chunk {
    ChunkType type{};
    ByteRange whole;  // length, type, data, CRC
    ByteRange data;
};

bool looks_like_png(ByteView beginning);
Result<std::vector<Chunk>> chunks(ByteSource const& source);
// The data, when the CRC is right and it is not longer than limit.
Result<Bytes> read_chunk(ByteSource const& source, Chunk const& chunk, std::uint64_t limit);
Bytes write_chunk(ChunkType type, ByteView data);
std::uint32_t crc32(ByteView bytes);

}  // namespace exhibit::png
