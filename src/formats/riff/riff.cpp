#include "formats/riff/riff.hpp"

#include <algorithm>

namespace exhibit::riff {
namespace {

Error wrong(std::string what, std::uint64_t offset) {
    return bad_input("is no RIFF file: " + what)
        .at("offset " + std::to_string(offset))
        .coded("riff");
}

std::uint32_t number(ByteView four) {
    return static_cast<std::uint32_t>(four[0]) | static_cast<std::uint32_t>(four[1]) << 8 |
           static_cast<std::uint32_t>(four[2]) << 16 | static_cast<std::uint32_t>(four[3]) << 24;
}

}  // namespace

ByteArray<4> little_endian(std::uint32_t value) {
    auto const big = big_endian<4>(value);
    return {big[3], big[2], big[1], big[0]};
}

bool looks_like_riff(ByteView beginning) {
    return beginning.size() >= 4 && as_text(beginning.first(4)) == "RIFF";
}

Result<Form> parse(ByteSource const& source) {
    if (source.size() < header_bytes) return wrong("too short", 0);
    ByteArray<header_bytes> head{};
    TRY(source.read_at(0, head));
    if (!looks_like_riff(head)) return wrong("no signature", 0);
    std::uint64_t const size = number(ByteView(head).subspan(4, 4));
    if (size < 4 || size > source.size() - 8) return wrong("a size that the file does not have", 4);
    auto const end = size + 8;
    Form form;
    std::copy(head.begin() + 8, head.end(), form.id.begin());
    for (auto offset = header_bytes; offset < end;) {
        auto const left = end - offset;
        if (form.chunks.size() >= chunks_max) return wrong("too many chunks", offset);
        if (left < 8) return wrong("a chunk is cut off", offset);
        ByteArray<8> chunk_head{};
        TRY(source.read_at(offset, chunk_head));
        std::uint64_t const length = number(ByteView(chunk_head).subspan(4, 4));
        if (length > left - 8) return wrong("a chunk longer than the file", offset);
        // A missing last padding byte is common, and harmless.
        auto const padded = std::min(length + (length & 1), left - 8);
        Chunk chunk{{}, {offset, 8 + padded}, {offset + 8, length}};
        std::copy(chunk_head.begin(), chunk_head.begin() + 4, chunk.id.begin());
        form.chunks.push_back(chunk);
        offset = chunk.whole.end();
    }
    form.after = {end, source.size() - end};
    return form;
}

Bytes write_chunk(ChunkId id, ByteView data) {
    VERIFY(data.size() <= 0xfffffff0);
    Bytes out = to_bytes(id);
    append(out, little_endian(static_cast<std::uint32_t>(data.size())));
    append(out, data);
    if (data.size() % 2 != 0) out.push_back(0);
    return out;
}

}  // namespace exhibit::riff
