// The one pass over a file: its pieces read, written and hashed.
#pragma once

#include "formats/c2pa/asset_hasher.hpp"
#include "formats/c2pa/embed.hpp"

namespace exhibit::c2pa {

// Writes the new file to the sink (zeros in the hole), and hashes what the layout says.
Result<AssetHasher::Hashes> stream(ByteSource const& source, Layout const& layout, HashKind kind,
                                   ByteSink& sink, Effort const& effort);
// The same without a hash: for an update, whose content is bound already.
Outcome copy(ByteSource const& source, Layout const& layout, ByteSink& sink, Effort const& effort);

}  // namespace exhibit::c2pa
