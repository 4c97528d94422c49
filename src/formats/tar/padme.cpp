#include "formats/tar/padme.hpp"

#include <algorithm>
#include <bit>

#include "formats/tar/fields.hpp"

namespace exhibit::tar {
namespace {

Entry padding_of(std::uint64_t content_bytes) {
    return {padding_name, content_bytes, 0, 0644, Kind::file};
}

}  // namespace

std::uint64_t padme(std::uint64_t size, std::uint64_t least) {
    VERIFY(least >= 2 && least <= size_limit);
    size = std::max(size, least);
    VERIFY(size <= size_limit);
    auto const exponent = static_cast<unsigned>(std::bit_width(size) - 1);  // E = ⌊log2 L⌋
    auto const kept = static_cast<unsigned>(std::bit_width(exponent));      // S = ⌊log2 E⌋ + 1
    if (exponent <= kept) return size;
    auto const mask = (std::uint64_t{1} << (exponent - kept)) - 1;
    return (size + mask) & ~mask;
}

// From 64 KiB on all Padmé sizes are multiples of 2048, so the content fills whole blocks exactly.
Result<PaddingEntry> padding_entry(std::uint64_t written_bytes, std::uint64_t least) {
    VERIFY(written_bytes % block_bytes == 0 && least >= least_package_bytes);
    if (written_bytes > size_limit / 2)
        return bad_input("a package is too large").coded("tar-size");
    // A padding past 8 GiB needs a pax header, which is itself part of the size.
    for (auto const size_in : {SizeIn::shortest, SizeIn::pax_record}) {
        auto const pax_bytes = size_in == SizeIn::pax_record ? 2 * block_bytes : 0;
        auto const around = written_bytes + pax_bytes + block_bytes + end_bytes;
        auto const total = padme(around, least);
        auto const content = total - around;
        if (size_in == SizeIn::shortest && content > octal_size_limit) continue;
        auto header = TRY(entry_header(padding_of(content), size_in));
        VERIFY(header.size() == pax_bytes + block_bytes);
        return PaddingEntry{std::move(header), content, total};
    }
    VERIFY(false);
    return PaddingEntry{};
}

}  // namespace exhibit::tar
