// One encoding per value: what was taken is written back as the same bytes.
#include "formats/torrent/bencode.hpp"
#include "base/verify.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    ByteView const input(data, size);
    auto const value = bencode::parse(input);
    if (value.ok()) VERIFY(same_bytes(bencode::write(*value), input));
    auto const loosely = bencode::parse_first(input, bencode::Keys::any_order);
    if (loosely.ok()) VERIFY(bencode::parse(bencode::write(*loosely)).value() == *loosely);
    return 0;
}
