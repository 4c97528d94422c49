// A disclosure that is read is written as the same; its parts are files of its own folder, and any
// leaves at all give a root or an error.
#include "case/disclosure.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const record = parse_disclosure_record({data, size});
    if (!record.ok()) return 0;
    auto const text = write_disclosure_record(*record);
    auto const back = parse_disclosure_record(as_bytes(text));
    VERIFY(back.ok() && write_disclosure_record(*back) == text);
    if (!record->parts) return 0;
    for (auto const& run : record->parts->shown)
        VERIFY(part_file(run, record->parts->size_bytes).find("..") == std::string::npos);
    std::vector<Digest256> const leaves(record->parts->salts.size());
    (void)root_of_proof(*record->parts, leaves);
    return 0;
}
