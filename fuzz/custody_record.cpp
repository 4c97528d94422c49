// A custody record from another guardian: read, written as files of a release, and read from there;
// and a log card. Nothing of it is believed, and nothing of it leaves the folders it belongs in.
#include "case/custody_evidence.hpp"
#include "case/custody_folder.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    (void)LogCard::parse_payload({data, size});
    auto const record = parse_custody_record(ByteView{data, size});
    if (!record.ok()) return 0;
    auto const text = write_json(write_custody_record(*record));
    auto const back = parse_custody_record(as_bytes(text));
    VERIFY(back.ok() && write_json(write_custody_record(*back)) == text);
    auto const files = write_custody_files({*record}, Policy{});
    for (auto const& [path, content] : files)
        VERIFY(is_custody_path(path) && path.find("..") == std::string::npos);
    auto const found = read_custody_files(files);
    auto const cards = cards_of(found.records, Policy{});
    for (auto const& one : found.records) (void)check_custody(one, cards, Policy{});
    return 0;
}
