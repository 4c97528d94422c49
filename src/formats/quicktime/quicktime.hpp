// quicktime: what a camera wrote into an MP4 or MOV about time, place and itself; and where the
// samples of a track lie.
//
// Comes in: a ByteSource and its boxes (formats/bmff). Goes out: the fields that say when, where
// and with what, each under its own name, because they often disagree; and tables of samples.
//
// Spec: ISO/IEC 14496-12:2022 (mvhd, trak, stbl), QuickTime File Format 2001-03-01 (user data,
// metadata keys), 3GPP TS 26.244 §8.10 (loci). `mvhd` is in UTC by both standards; many cameras
// write their local time there. Read are moov/mvhd, moov/udta (©xyz, ©day, ©mak, ©mod, ©swr, loci)
// and moov/meta with keys of `mdta`. Not implemented: fragments (moof), iTunes lists, XMP, edit
// lists, user data of tracks, sample descriptions beyond their type.
//
// Limits: 4 KiB of text, 512 keys, 64 MiB in a table, 2 097 152 samples, 64 tracks. Code
// "quicktime" when the boxes of moov are broken; one bad field never hides the others.
//
// Reading order: quicktime.hpp, movie.cpp, keys.cpp, samples.hpp, samples.cpp.
#pragma once

#include "base/civil_time.hpp"
#include "formats/bmff/bmff.hpp"
#include "formats/iso6709/iso6709.hpp"

namespace exhibit::quicktime {

inline constexpr std::size_t text_bytes_max = 4096;
inline constexpr std::size_t keys_max = 512;
inline constexpr std::size_t tracks_max = 64;

struct Movie {
    std::optional<CivilTime> header_time;      // mvhd, as UTC; none when the clock was never set
    std::optional<Duration> duration;          // mvhd
    std::optional<CivilTime> key_time;         // com.apple.quicktime.creationdate
    std::optional<iso6709::Place> key_place;   // com.apple.quicktime.location.ISO6709
    std::optional<CivilTime> user_time;        // ©day
    std::optional<iso6709::Place> user_place;  // ©xyz
    std::optional<iso6709::Place> loci;
    std::string make, model, software;
    std::vector<std::string> troubles;
};

// None when there is no moov.
Result<std::optional<Movie>> parse_movie(ByteSource const& source,
                                         std::vector<bmff::Box> const& top);

}  // namespace exhibit::quicktime
