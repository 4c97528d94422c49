// Tracks and where their samples lie (ISO/IEC 14496-12 §8.6, §8.7).
#pragma once

#include "formats/quicktime/quicktime.hpp"

namespace exhibit::quicktime {

inline constexpr std::uint64_t table_bytes_max = 64u << 20;
inline constexpr std::size_t samples_max = 1u << 21;

struct Track {
    bmff::BoxType handler{};  // "vide", "soun", "meta"
    bmff::BoxType format{};   // of its first sample description: "avc1", "gpmd"
    std::uint32_t timescale = 0;
    bmff::Box stbl;
};
// Those that have a sample table. None when there is no moov.
Result<std::vector<Track>> tracks(ByteSource const& source, std::vector<bmff::Box> const& top);

struct Sample {
    ByteRange range;
    std::uint64_t start = 0;  // when it is decoded, in units of the track's timescale
    std::uint32_t duration = 0;
    bool sync = true;  // decoding can begin here
};
// The first `most` samples in the order of decoding. Code "quicktime" when the tables contradict
// each other or lead out of the file.
Result<std::vector<Sample>> samples(ByteSource const& source, Track const& track,
                                    std::size_t most = samples_max);

}  // namespace exhibit::quicktime
