// Whatever is read of Exif is on the Earth and in the calendar, and has one text.
#include "formats/exif/exif.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const exif = exif::parse_exif({data, size});
    if (!exif.ok()) return 0;
    for (auto const* time : {&exif->taken, &exif->satellite_time}) {
        if (*time) VERIFY(*parse_civil_time(write_civil_time(**time)) == **time);
    }
    if (exif->place)
        VERIFY(*iso6709::parse_place(iso6709::write_place(*exif->place)) == *exif->place);
    VERIFY(exif->make.size() <= exif::text_bytes_max);
    return 0;
}
