// Mnemonics, one a line. What is taken is written back; the set is combined when that is cheap.
#include "formats/slip39/slip39.hpp"
#include "base/verify.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::vector<SecretBytes> mnemonics;
    bool cheap = true;
    for (ByteView rest(data, size); !rest.empty() && mnemonics.size() < 20;) {
        std::size_t end = 0;
        while (end < rest.size() && rest[end] != '\n') ++end;
        auto const line = rest.first(end);
        rest = rest.subspan(end < rest.size() ? end + 1 : end);
        mnemonics.push_back(SecretBytes::copy_of(line));
        auto const share = slip39::parse_mnemonic(line);
        if (!share) continue;
        cheap = cheap && share->iteration_exponent == 0;
        auto const written = slip39::write_mnemonic(*share);
        auto const again = slip39::parse_mnemonic(written.reveal());
        VERIFY(again.ok() && equal(again->value, share->value));
        VERIFY(equal(slip39::write_mnemonic(*again), written));
    }
    if (cheap) static_cast<void>(slip39::combine(mnemonics, SecretBytes()));
    return 0;
}
