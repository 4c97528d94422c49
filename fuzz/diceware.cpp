// What is taken is in its one form when it is read again.
#include "formats/diceware/diceware.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (auto const once = diceware::parse_sentence(ByteView(data, size), 7); once.ok()) {
        auto const again = diceware::parse_sentence(once->reveal(), 7);
        VERIFY(again.ok() && equal(*once, *again));
    }
    return 0;
}
