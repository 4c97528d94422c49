// The tables that hold absolute places in a file: who inserts bytes must move them, and who checks
// a signature must know whether one of them points into bytes that were not hashed.
#pragma once

#include "formats/bmff/bmff.hpp"

namespace exhibit::bmff {

// A movie box larger than this is refused: its tables are held in memory while they are moved.
inline constexpr std::uint64_t movie_box_max = 512U << 20;

// Bytes at `from` and behind move by `by`; to move them towards the beginning it is 2^64 less.
struct Shift {
    std::uint64_t from = 0;
    std::uint64_t by = 0;
};
std::uint64_t moved(std::uint64_t place, std::vector<Shift> const& shifts);

// A whole `moov` box, rewritten: entries of stco, co64, saio and iloc moved. An stco that would
// pass 4 GiB becomes a co64, so the box may grow; whoever inserts the growth too asks again with
// the larger shift. Held once in memory, and twice only while a table becomes wider.
Result<Bytes> shift_movie(Bytes moov, std::vector<Shift> const& shifts);
// A whole `moof`: tfhd with a base data offset. A whole `mfra`: tfra. Same size as before.
Result<Bytes> shift_fragment(Bytes moof, std::vector<Shift> const& shifts);
Result<Bytes> shift_random_access(Bytes mfra, std::vector<Shift> const& shifts);
// A whole `meta` that stands at the top of a file: iloc. Same size as before.
Result<Bytes> shift_metadata(Bytes meta, std::vector<Shift> const& shifts);

// Calls `visit` for every absolute offset that moov, moof, mfra and meta hold, a table at a time.
Outcome for_each_offset(ByteSource const& source, std::vector<Box> const& top,
                        std::function<void(std::uint64_t)> const& visit);

// Are there offsets that nobody can move: in a compressed movie header, or into other files? Code
// "bmff-fixed".
Outcome check_movable(ByteSource const& source, std::vector<Box> const& top);

}  // namespace exhibit::bmff
