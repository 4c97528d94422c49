// What an operator wrote down: read or refused with the line.
#include "guard/guardian/time_sources.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const read = guard::parse_time_sources({reinterpret_cast<char const*>(data), size});
    if (!read.ok()) {
        VERIFY(!read.error().what.empty());
        return 0;
    }
    VERIFY(read->authorities.size() <= guard::authorities_max);
    return 0;
}
