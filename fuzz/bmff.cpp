// Boxes lie side by side and fill the file; offsets that were moved stand where they should.
#include "formats/bmff/offsets.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    MemorySource const source({data, size});
    auto const top = bmff::top_level(source);
    if (!top.ok()) return 0;
    std::uint64_t at = 0;
    for (auto const& box : *top) {
        VERIFY(box.offset == at);
        at = box.end();
    }
    VERIFY(at == size);
    (void)bmff::find(source, *top, "/moov/trak[1]/mdia/minf/stbl");
    (void)bmff::check_movable(source, *top);
    std::vector<std::uint64_t> before;
    auto const seen =
        bmff::for_each_offset(source, *top, [&](std::uint64_t o) { before.push_back(o); });
    if (!seen.ok() || top->size() != 1) return 0;
    if (top->front().type == bmff::box_type("meta")) {
        auto const shifted = bmff::shift_metadata(Bytes(data, data + size), {{0, 1}});
        VERIFY(!shifted.ok() || shifted->size() == size);
        return 0;
    }
    auto const moved = bmff::shift_movie(Bytes(data, data + size), {{0, 1}});
    if (!moved.ok() || top->front().type != bmff::box_type("moov")) return 0;
    MemorySource const after(*moved);
    auto const new_top = bmff::top_level(after);
    std::size_t i = 0;
    VERIFY(new_top.ok());
    auto const check = [&](std::uint64_t o) { VERIFY(i < before.size() && o == before[i++] + 1); };
    VERIFY(bmff::for_each_offset(after, *new_top, check).ok());
    return 0;
}
