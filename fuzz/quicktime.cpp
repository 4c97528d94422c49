// Samples lie inside of the file, as many as their tables have bytes for.
#include "formats/quicktime/samples.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    MemorySource const source({data, size});
    auto const top = bmff::top_level(source);
    if (!top.ok()) return 0;
    auto const movie = quicktime::parse_movie(source, *top);
    if (movie.ok() && *movie && (*movie)->header_time)
        VERIFY((*movie)->header_time->zone == CivilTime::Zone::utc);
    auto const tracks = quicktime::tracks(source, *top);
    if (!tracks.ok()) return 0;
    for (auto const& track : *tracks) {
        auto const samples = quicktime::samples(source, track);
        if (!samples.ok()) continue;
        for (auto const& sample : *samples) {
            VERIFY(sample.range.offset <= size);
            VERIFY(sample.range.length <= size - sample.range.offset);
        }
    }
    return 0;
}
