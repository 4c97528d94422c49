// riff: the chunks of WAV, AVI and WebP files.
//
// Comes in: a ByteSource. Goes out: the form and its chunks as ranges, and the bytes of a chunk.
//
// Spec: RIFF (Microsoft/IBM 1991): "RIFF", size (u32 little-endian), form (4cc), chunks of id,
// size, data and a padding byte after an odd size. C2PA keeps its store in a chunk `C2PA`, the last
// of the file (C2PA 2.2 A.3.4). Lists are not descended into. What follows the RIFF chunk is in
// `after`. Limit: 1 048 576 chunks. Error code "riff". Not implemented: RF64, RIFX, more than one
// RIFF chunk (OpenDML).
#pragma once

#include "base/byte_source.hpp"

namespace exhibit::riff {

using ChunkId = ByteArray<4>;
constexpr ChunkId chunk_id(char const (&text)[5]) {
    return {static_cast<Byte>(text[0]), static_cast<Byte>(text[1]), static_cast<Byte>(text[2]),
            static_cast<Byte>(text[3])};
}
inline constexpr std::size_t chunks_max = 1 << 20;
inline constexpr std::uint64_t header_bytes = 12;

struct Chunk {
    ChunkId id{};
    ByteRange whole;  // with its header and its padding byte
    ByteRange data;
};
struct Form {
    ChunkId id{};  // "WAVE"
    std::vector<Chunk> chunks;
    ByteRange after;
};

bool looks_like_riff(ByteView beginning);
Result<Form> parse(ByteSource const& source);
Bytes write_chunk(ChunkId id, ByteView data);
ByteArray<4> little_endian(std::uint32_t value);

}  // namespace exhibit::riff
