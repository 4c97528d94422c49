// One text per value: what decodes is written back as it was.
#include "formats/bech32/bech32.hpp"
#include "base/verify.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = as_text(ByteView(data, size));
    if (auto const decoded = bech32::decode(text); decoded.ok()) {
        VERIFY(bech32::encode(decoded->prefix, decoded->data.reveal()) == text);
    }
    return 0;
}
