// Whatever of a log is read, comes back the same from what we write of it.
#include "formats/tlog/tlog.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    using namespace exhibit::tlog;
    auto const text = as_text({data, size});
    auto const same = [&](auto const& read, auto const& write) {
        if (read.ok()) VERIFY(write(*read) == text);
    };
    auto const note = parse_note(text);
    same(note, write_note);
    if (note.ok()) {
        Policy policy;
        policy.quorum = "none";
        (void)judge_checkpoint(*note, policy);
    }
    same(parse_verifier_key(text), write_verifier_key);
    same(parse_checkpoint(text), write_checkpoint);
    same(parse_proof(text), write_proof);
    same(parse_add_checkpoint(text), write_add_checkpoint);
    same(parse_tile_path(text), write_tile_path);
    auto const policy = parse_policy(text);
    if (policy.ok()) {  // comments go, so what is written is compared
        auto const written = write_policy(*policy);
        auto const again = parse_policy(written);
        VERIFY(again.ok() && write_policy(*again) == written);
    }
    auto const bundle = parse_bundle({data, size}, 2);
    if (bundle.ok()) VERIFY(same_bytes(write_bundle(*bundle), {data, size}));
    return 0;
}
