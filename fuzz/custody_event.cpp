// An event that is read is written back as something that reads the same.
#include "case/custody_event.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const event = CustodyEvent::parse_payload({data, size});
    if (!event.ok()) return 0;
    auto const text = write_payload(*event);
    auto const back = CustodyEvent::parse_payload(as_bytes(text));
    VERIFY(back.ok() && *back == *event && write_payload(*back) == text);
    return 0;
}
