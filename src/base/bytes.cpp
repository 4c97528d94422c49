#include "base/bytes.hpp"

#include <algorithm>

namespace exhibit {

bool same_bytes(ByteView a, ByteView b) { return std::ranges::equal(a, b); }

}  // namespace exhibit
