// heif: where the Exif of a HEIC or AVIF photo lies.
//
// Comes in: a ByteSource. Goes out: the TIFF structure of its Exif item.
//
// Spec: ISO/IEC 14496-12 §8.11 (meta, iinf, infe, iloc) and ISO/IEC 23008-12 Annex A.2.1: an item
// of type `Exif` holds a u32, the offset to the TIFF header behind it, then the Exif data. Item
// locations of construction method 0 (in the file) and 1 (in `idat`); one item of many extents is
// joined. Limits: 65 536 items, 256 extents, 1 MiB of Exif. Code "heif". Not implemented: decoding,
// item locations relative to other items (construction method 2), data in other files, protection.
#pragma once

#include "formats/bmff/bmff.hpp"

namespace exhibit::heif {

inline constexpr std::size_t items_max = 65536;
inline constexpr std::size_t extents_max = 256;
inline constexpr std::uint64_t exif_bytes_max = 1 << 20;

// Does the file say that it is a picture of this family (ftyp: mif1, heic, heix, avif …)?
Result<bool> is_heif(ByteSource const& source, std::vector<bmff::Box> const& top);
// Empty when the picture has no Exif.
Result<Bytes> exif_of(ByteSource const& source, std::vector<bmff::Box> const& top);

}  // namespace exhibit::heif
