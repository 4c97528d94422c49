// A proof that is read comes back the same from what we write of it; in any order, it is written in
// one.
#include "formats/ots/ots.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    using namespace exhibit::ots;
    ByteView const input(data, size);
    auto const proof = parse_detached(input);
    if (proof.ok()) {
        VERIFY(same_bytes(write_detached(*proof), input));
        (void)judge(*proof, {});
    }
    auto const foreign = parse_detached(input, Order::any);
    VERIFY(foreign.ok() || !proof.ok());
    if (foreign.ok()) {
        auto const back = parse_detached(write_detached(*foreign));
        VERIFY(back.ok() && *back == *foreign);
    }
    auto const block = parse_block_hash(as_text(input));
    if (block.ok()) VERIFY(show_block_hash(*block) == as_text(input));
    (void)parse_calendar_answer(input, Bytes(32));
    return 0;
}
