// Chunks lie side by side and fill the form.
#include "formats/riff/riff.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const form = riff::parse(MemorySource({data, size}));
    if (!form.ok()) return 0;
    auto at = riff::header_bytes;
    for (auto const& chunk : form->chunks) {
        VERIFY(chunk.whole.offset == at && chunk.data.end() <= chunk.whole.end());
        at = chunk.whole.end();
    }
    VERIFY(at == form->after.offset && form->after.end() == size);
    return 0;
}
