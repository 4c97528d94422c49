// Chunks lie side by side and fill the file; a chunk that was read is written the same.
#include "formats/png/png.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    MemorySource const source({data, size});
    auto const chunks = png::chunks(source);
    if (!chunks.ok()) return 0;
    auto at = png::signature_bytes;
    for (auto const& chunk : *chunks) {
        VERIFY(chunk.whole.offset == at);
        at = chunk.whole.end();
        if (chunk.type == png::ChunkType{}) continue;
        auto const content = png::read_chunk(source, chunk, 1 << 20);
        if (!content.ok()) continue;
        auto const whole = ByteView(data, size).subspan(chunk.whole.offset, chunk.whole.length);
        VERIFY(same_bytes(png::write_chunk(chunk.type, *content), whole));
    }
    VERIFY(at == size);
    return 0;
}
