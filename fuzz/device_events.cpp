// Events from inside a package: whoever has a device's key can seal anything there. And what waits
// on the device for the next package.
#include "case/device_events.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    (void)parse_tool(text);
    if (auto const untold = parse_untold(as_bytes(text)); untold.ok()) {
        auto const again = parse_untold(as_bytes(write_untold(*untold)));
        VERIFY(again.ok() && *again == *untold);
    }
    auto const events = parse_device_lines(text);
    if (!events.ok()) return 0;
    auto const written = write_device_lines(*events);
    auto const back = parse_device_lines(written);
    VERIFY(back.ok() && *back == *events);
    return 0;
}
