// What is read strictly is written canonically, and that text is read and written to itself.
#include "formats/json/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    ByteView const input(data, size);
    auto const loose = canonicalise(input);
    if (loose.ok()) {
        auto const again = canonicalise(as_bytes(*loose));
        VERIFY(again.ok() && *again == *loose);
    }
    auto const value = parse_json(input);
    if (!value.ok()) return 0;
    auto const text = write_json(*value);
    VERIFY(loose.ok() && *loose == text);
    auto const back = parse_json(as_bytes(text));
    VERIFY(back.ok() && *back == *value);
    return 0;
}
