// Segments lie side by side; boxes put together again from packets of ours are the same.
#include "formats/jpeg/jpeg.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    MemorySource const source({data, size});
    auto const all = jpeg::all_segments(source);
    if (all.ok()) {
        std::uint64_t at = 0;
        for (auto const& segment : *all) {
            VERIFY(segment.whole.offset == at);
            at = segment.whole.end();
        }
        VERIFY(at == size);
    }
    auto const header = jpeg::header_segments(source);
    if (!header.ok()) return 0;
    auto const boxes = jpeg::jumbf_boxes(source, *header);
    if (!boxes.ok()) return 0;
    for (auto const& box : *boxes) {
        Bytes file = {0xff, jpeg::soi};
        append(file, jpeg::write_jumbf_packets(box.box, box.instance));
        append(file, Bytes{0xff, jpeg::sos, 0, 2});
        MemorySource const again(file);
        auto const back = jpeg::jumbf_boxes(again, *jpeg::header_segments(again));
        VERIFY(back.ok() && back->size() == 1 && back->front().box == box.box);
    }
    return 0;
}
