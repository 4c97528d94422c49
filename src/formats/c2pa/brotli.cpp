// The only file that sees the Brotli library.
#include <brotli/decode.h>

#include <memory>

#include "formats/c2pa/store.hpp"

namespace exhibit::c2pa {
namespace {

struct Free {
    void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

}  // namespace

Result<Bytes> unpack_brotli(ByteView packed, std::size_t limit) {
    std::unique_ptr<BrotliDecoderState, Free> const state(
        BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
    VERIFY(state != nullptr);
    Bytes out;
    ByteArray<65536> buffer{};
    auto const* next_in = packed.data();
    auto available_in = packed.size();
    for (;;) {
        auto* next_out = buffer.data();
        auto available_out = buffer.size();
        auto const result = BrotliDecoderDecompressStream(state.get(), &available_in, &next_in,
                                                          &available_out, &next_out, nullptr);
        auto const got = buffer.size() - available_out;
        if (got > limit - out.size()) return bad_input("unpacks to too much").coded("brotli");
        append(out, ByteView(buffer).first(got));
        if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) continue;
        if (result == BROTLI_DECODER_RESULT_SUCCESS && available_in == 0) return out;
        return bad_input("is no Brotli stream").coded("brotli");
    }
}

}  // namespace exhibit::c2pa
