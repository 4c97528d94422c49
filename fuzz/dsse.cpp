// An envelope that is read comes back the same from what we write of it.
#include "formats/dsse/dsse.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const envelope = parse_envelope({data, size});
    if (!envelope.ok()) return 0;
    auto const text = write_envelope(*envelope);
    auto const back = parse_envelope(as_bytes(text));
    VERIFY(back.ok() && *back == *envelope && write_envelope(*back) == text);
    return 0;
}
