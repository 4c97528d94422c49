// The two lists of moov that hold text. Internal.
#pragma once

#include "formats/quicktime/quicktime.hpp"

namespace exhibit::quicktime {

// udta (QuickTime File Format, "User Data Atoms"; loci of 3GPP).
Outcome read_user_data(Movie& movie, ByteSource const& source, bmff::Box const& udta);
// meta with keys and ilst (QuickTime File Format, "Metadata").
Outcome read_keys(Movie& movie, ByteSource const& source, bmff::Box const& meta);

}  // namespace exhibit::quicktime
