// Exif of a picture comes out of the picture.
#include "formats/heif/heif.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    MemorySource const source({data, size});
    auto const top = bmff::top_level(source);
    if (!top.ok()) return 0;
    (void)heif::is_heif(source, *top);
    auto const exif = heif::exif_of(source, *top);
    if (exif.ok()) VERIFY(exif->size() <= heif::exif_bytes_max);
    return 0;
}
