// Removes a case folder so that no program finds it again: overwritten, renamed, unlinked, on disk.
//
//   NAME ──rename──> .wiping-XXXXXXXX ──overwrite, sync, rename, unlink each file──> gone
//
// Killed in the middle, what is left is hidden, opens nothing, and is finished by the next command.
// Of files larger than a MiB, which are ciphertexts, the first MiB is overwritten: without it the
// rest is random bytes to everybody.
//
// What this does not do: erase blocks that the file system or the disk has copied elsewhere (flash
// memory, copy-on-write, journals, snapshots, backups). `Wiped` says what is known of that.
#pragma once

#include "base/files.hpp"

namespace exhibit::seal {

struct Wiped {
    std::size_t files = 0;
    bool flash = false;          // the disk says that it does not rotate
    bool copy_on_write = false;  // btrfs, ZFS, overlays: writing over does not write in place
};

// Code "system" names what could not be removed; the rest is.
Result<Wiped> wipe_case(Path const& folder);

// Finishes what was cut off, in a folder of cases. How many were found.
Result<std::size_t> finish_wiping(Path const& cases);

}  // namespace exhibit::seal
