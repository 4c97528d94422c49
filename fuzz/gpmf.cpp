// Points of telemetry are on the Earth; their times have one text.
#include "formats/gpmf/gpmf.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const telemetry = gpmf::parse_payload({data, size});
    if (!telemetry.ok()) return 0;
    VERIFY(telemetry->points.size() <= gpmf::points_max);
    for (auto const& point : telemetry->points) {
        VERIFY(*iso6709::parse_place(iso6709::write_place(point.place)) == point.place);
        VERIFY(point.fix <= 3);
        if (point.time) VERIFY(*parse_civil_time(write_civil_time(*point.time)) == *point.time);
    }
    return 0;
}
