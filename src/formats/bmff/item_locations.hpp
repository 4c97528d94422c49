// `iloc`: where the items of a meta box lie (ISO/IEC 14496-12 §8.11.3), as HEIF photos and some
// camera metadata use it.
#pragma once

#include "formats/bmff/offsets.hpp"

namespace exhibit::bmff {

inline constexpr std::size_t extents_max = 1 << 20;

// The place of every extent that is counted from the start of this file. `payload`: behind the
// header of the iloc box. Code "bmff".
Outcome for_each_item_offset(ByteView payload, std::function<void(std::uint64_t)> const& visit);
// The payload with those places moved; as long as before.
Result<Bytes> shift_item_locations(ByteView payload, std::vector<Shift> const& shifts);

}  // namespace exhibit::bmff
