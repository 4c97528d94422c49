// Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
// PURBs", PETS 2019, §4.3): sizes are rounded up so that they tell O(log log L) bits, at most 12 %
// more bytes.
//
// A package ends with an entry `.padding` that brings the whole tar, end blocks included, to such a
// size.
#pragma once

#include "formats/tar/tar.hpp"

namespace exhibit::tar {

constexpr std::uint64_t least_package_bytes = 64 * 1024;
constexpr char const* padding_name = ".padding";

// The smallest Padmé size that is at least `size` and at least `least`.
std::uint64_t padme(std::uint64_t size, std::uint64_t least = least_package_bytes);

// Write header, then content_bytes zero bytes, padding_after(content_bytes) and end_of_archive();
// the archive then has total_bytes. written_bytes: all before it, a multiple of 512.
struct PaddingEntry {
    Bytes header;
    std::uint64_t content_bytes = 0;
    std::uint64_t total_bytes = 0;
};
Result<PaddingEntry> padding_entry(std::uint64_t written_bytes,
                                   std::uint64_t least = least_package_bytes);

}  // namespace exhibit::tar
