// A tree that is read can be written, and then comes back the same.
#include "formats/jumbf/jumbf.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const box = jumbf::parse({data, size});
    if (!box.ok()) return 0;
    auto const bytes = jumbf::write(*box);
    auto const back = jumbf::parse(bytes);
    VERIFY(back.ok() && jumbf::write(*back) == bytes);
    return 0;
}
