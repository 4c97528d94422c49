// What a media file says of itself: a C2PA manifest that a camera or a publisher signed, inside of
// it.
#pragma once

#include "base/time.hpp"
#include "prove/findings.hpp"
#include "prove/verify.hpp"

namespace exhibit::prove {

// Says whether the file's own manifest holds, or nothing when it has none. Nobody is on a list
// here: who signed is told as a name that anybody could have chosen; `exhibit provenance --trust`
// asks further. `now`: certificates end.
void judge_manifest(Findings& to, Path const& file, WallTime now);

// A media file by itself, with nothing of a release around it. No findings when it carries no
// manifest.
VerifyReport verify_media(Path const& file, VerifyOptions const& options);

}  // namespace exhibit::prove
