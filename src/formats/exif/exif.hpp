// exif: what a camera wrote into a photo about time, place and itself.
//
// Comes in: the bytes of a TIFF structure, as APP1 of a JPEG, `eXIf` of a PNG and an Exif item of a
// HEIC hold it. Goes out: the fields that say when, where and with what, normalised; and a list of
// those that were there and made no sense. One bad field never hides the others.
//
// Spec: CIPA DC-008-2023 (Exif 3.0) over TIFF 6.0. Read are IFD0, the Exif IFD and the GPS IFD, no
// other: no thumbnails, no maker notes, no interoperability. Fields are read with the type that the
// standard gives them, text also as UTF-8 (Exif 3.0, type 129).
//
// Limits: 1 MiB, 1024 entries in each of the three. Nothing is followed twice, so that loops end.
// Code "exif" when the bytes are no TIFF structure at all. Not implemented: writing; BigTIFF.
//
// Reading order: exif.hpp, tiff.hpp (entries and values), exif.cpp (what they mean).
#pragma once

#include "base/bytes.hpp"
#include "base/civil_time.hpp"
#include "formats/iso6709/iso6709.hpp"

namespace exhibit::exif {

inline constexpr std::size_t tiff_bytes_max = 1 << 20;
inline constexpr std::size_t text_bytes_max = 256;

struct Exif {
    // DateTimeOriginal with OffsetTimeOriginal and SubSecTimeOriginal: by the camera's clock.
    std::optional<CivilTime> taken;
    // GPSDateStamp and GPSTimeStamp: UTC, by the satellites.
    std::optional<CivilTime> satellite_time;
    std::optional<iso6709::Place> place;
    // GPSHPositioningError, in millimetres.
    std::optional<std::int32_t> uncertainty_mm;
    std::string make, model, software;
    std::vector<std::string> troubles;  // "GPSLatitude is not on the Earth"
};

Result<Exif> parse_exif(ByteView tiff);
// The TIFF structure in the content of a JPEG's APP1 segment; none when it is another kind of APP1
// (XMP).
std::optional<ByteView> tiff_in_app1(ByteView content);

}  // namespace exhibit::exif
