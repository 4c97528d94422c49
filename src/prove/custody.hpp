// The chain of custody of a release folder, as a table (case/custody_table.hpp).
#pragma once

#include "case/custody_table.hpp"
#include "prove/disk_folder.hpp"

namespace exhibit::prove {

// The files of custody/ and time/, as documents. What cannot be read is in `troubles`.
Result<CustodyFiles> read_custody(DiskFolder& folder);

// Codes: "missing" (no policy is here), "policy", and of the disk. Whatever else does not hold is
// in the table's troubles.
Result<CustodyTable> custody_of_release(Path const& folder);

}  // namespace exhibit::prove
