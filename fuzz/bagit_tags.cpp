// bagit.txt, bag-info.txt and fetch.txt; the first byte chooses the encoding of the latter two.
#include "base/encoding.hpp"
#include "base/verify.hpp"
#include "formats/bagit/bagit.hpp"
#include "formats/bagit/path.hpp"
#include "formats/bagit/text.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static_cast<void>(bagit::parse_declaration({data, size}));
    if (size == 0) return 0;
    auto const text =
        bagit::to_utf8(static_cast<bagit::Encoding>(data[0] & 3), {data + 1, size - 1});
    if (!text) return 0;
    VERIFY(is_utf8(as_bytes(*text)));
    if (auto const fields = bagit::parse_bag_info(*text)) {
        auto const written = bagit::write_bag_info(*fields);
        VERIFY(written.ok());
        auto const again = bagit::parse_bag_info(*written);
        VERIFY(again.ok() && *again == *fields);
        for (auto const& field : *fields) static_cast<void>(bagit::parse_oxum(field.value));
    }
    if (auto const lines = bagit::parse_fetch(bagit::version_1_0, *text)) {
        for (auto const& line : *lines) VERIFY(bagit::check_path(line.path).ok());
    }
    return 0;
}
