// A place, and a time, that is read is written as something that reads the same.
#include "formats/iso6709/iso6709.hpp"

#include "base/bytes.hpp"
#include "base/civil_time.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const text = as_text({data, size});
    auto const place = iso6709::parse_place(text);
    if (place.ok()) {
        VERIFY(*iso6709::parse_place(iso6709::write_place(*place)) == *place);
        VERIFY(iso6709::parse_place(iso6709::write_cell(*place, 1)).ok());
        VERIFY(iso6709::metres_between(*place, *place) == 0);
    }
    (void)iso6709::show_cell(text);
    auto const time = read_camera_time(text);
    if (time.ok()) VERIFY(*parse_civil_time(write_civil_time(*time)) == *time);
    return 0;
}
