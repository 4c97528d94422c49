#include "formats/png/png.hpp"

#include <algorithm>

#include "base/reader.hpp"

namespace exhibit::png {
namespace {

constexpr ByteArray<8> signature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
constexpr std::uint64_t around_data = 12;

Error wrong(std::string what, std::uint64_t offset) {
    return bad_input("is no PNG: " + what).at("offset " + std::to_string(offset)).coded("png");
}

constexpr std::array<std::uint32_t, 256> crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t n = 0; n < 256; ++n) {
        auto c = n;
        for (int k = 0; k < 8; ++k) c = (c & 1) != 0 ? 0xedb88320U ^ c >> 1 : c >> 1;
        table[n] = c;
    }
    return table;
}

}  // namespace

std::uint32_t crc32(ByteView bytes) {
    static constexpr auto table = crc_table();
    std::uint32_t c = 0xffffffff;
    for (auto byte : bytes) c = table[(c ^ byte) & 0xff] ^ c >> 8;
    return ~c;
}

bool looks_like_png(ByteView beginning) {
    return beginning.size() >= 8 && same_bytes(beginning.first(8), signature);
}

Result<std::vector<Chunk>> chunks(ByteSource const& source) {
    ByteArray<8> head{};
    auto const got = std::min<std::uint64_t>(8, source.size());
    TRY(source.read_at(0, MutableBytes(head).first(static_cast<std::size_t>(got))));
    if (!looks_like_png(ByteView(head).first(static_cast<std::size_t>(got)))) {
        return wrong("no signature", 0);
    }
    std::vector<Chunk> out;
    for (auto offset = signature_bytes; offset < source.size();) {
        auto const left = source.size() - offset;
        if (out.size() >= chunks_max) return wrong("too many chunks", offset);
        if (left < around_data) return wrong("a chunk is cut off", offset);
        TRY(source.read_at(offset, head));
        Reader reader(head);
        std::uint64_t const length = TRY(reader.take_u32be());
        if (length > left - around_data) return wrong("a chunk longer than the file", offset);
        Chunk chunk{{}, {offset, length + around_data}, {offset + 8, length}};
        std::copy(head.begin() + 4, head.end(), chunk.type.begin());
        offset = chunk.whole.end();
        out.push_back(chunk);
        if (chunk.type != chunk_type("IEND")) continue;
        if (offset < source.size()) {
            ByteRange const rest{offset, source.size() - offset};
            out.push_back({{}, rest, rest});
        }
        return out;
    }
    return wrong("no end", source.size());
}

Result<Bytes> read_chunk(ByteSource const& source, Chunk const& chunk, std::uint64_t limit) {
    if (chunk.data.length > limit) return wrong("a chunk too long", chunk.whole.offset);
    auto bytes = TRY(source.read(chunk.data.offset - 4, chunk.data.length + 8));
    auto const covered = ByteView(bytes).first(bytes.size() - 4);
    if (!same_bytes(ByteView(bytes).last(4), big_endian<4>(crc32(covered)))) {
        return wrong("a chunk with a wrong checksum", chunk.whole.offset);
    }
    return Bytes(bytes.begin() + 4, bytes.end() - 4);
}

Bytes write_chunk(ChunkType type, ByteView data) {
    VERIFY(data.size() <= 0x7fffffff);
    Bytes out;
    append(out, big_endian<4>(data.size()));
    append(out, type);
    append(out, data);
    append(out, big_endian<4>(crc32(ByteView(out).subspan(4))));
    return out;
}

}  // namespace exhibit::png
