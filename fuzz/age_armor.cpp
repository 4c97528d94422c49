// What armor holds comes back from our armor, and it makes no difference in which pieces it came.
#include "base/verify.hpp"
#include "formats/age/armor.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    ByteView const input(data, size);
    auto const whole = age::parse_armor(input);
    Bytes pieces;
    age::Sink const keep = [&](ByteView bytes) {
        append(pieces, bytes);
        return Outcome();
    };
    age::ArmorReader reader;
    bool taken = true;
    for (std::size_t i = 0; i < size && taken; ++i)
        taken = reader.update(input.subspan(i, 1), keep).ok();
    taken = taken && reader.finish(keep).ok();
    VERIFY(taken == whole.ok());
    if (!whole.ok()) return 0;
    VERIFY(pieces == *whole);
    auto const again = age::parse_armor(as_bytes(age::write_armor(*whole)));
    VERIFY(again.ok() && *again == *whole);
    return 0;
}
