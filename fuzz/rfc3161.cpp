// A query that is read comes back the same; answers and tokens of anyone do no harm.
#include "formats/rfc3161/rfc3161.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    ByteView const input(data, size);
    auto const query = parse_timestamp_request(input);
    if (query.ok() && query->kind != HashKind::sha1)
        VERIFY(same_bytes(write_timestamp_request(*query), input));
    auto const ask = rfc3161::ask_about({}, {});
    (void)rfc3161::judge_reply(input, ask, {});
    (void)rfc3161::judge_token(input, HashKind::sha256, Digest256{}, {});
    return 0;
}
