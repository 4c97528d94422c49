// Whatever a recording says of itself can be sealed, and reads the same when it is disclosed.
#include "case/capture.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const capture = read_capture(MemorySource({data, size}));
    (void)disagreements(capture.readings, capture.duration);
    auto const facts = facts_of(capture);
    CaptureFacts back;
    for (auto const& [name, value] : write_capture_facts(facts)) {
        VERIFY(check_json(value).ok());
        auto const taken = take_capture_fact(back, name, value);
        VERIFY(taken.ok() && *taken);
    }
    VERIFY(back == facts);
    VERIFY(readings_of(facts) == capture.readings);
    VERIFY(contradictions(facts).empty());
    (void)show_capture(facts);
    return 0;
}
