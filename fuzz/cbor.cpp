// What is read can be written, and the deterministic form comes back the same.
#include "formats/cbor/cbor.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const value = cbor::parse({data, size});
    auto const strict = cbor::parse_deterministic({data, size});
    if (!value.ok()) {
        VERIFY(!strict.ok());
        return 0;
    }
    auto const bytes = cbor::write(*value);
    auto const back = cbor::parse_deterministic(bytes);
    VERIFY(back.ok() && cbor::write(*back) == bytes);
    VERIFY(strict.ok() == same_bytes(bytes, {data, size}));
    return 0;
}
