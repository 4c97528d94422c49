// One release as several guardians tell it. Up to f of them lie: leave an exhibit out, plant one,
// offer another recording under its number, hand out a bad share. What the witness vouched for, and
// what more than f guardians signed that they hold, stands against whatever one of them says.
#pragma once

#include "release/opened_release.hpp"

namespace exhibit::release {

struct MergedRelease {
    ReleaseBundle bundle;
    // Numbers under which guardians offer different signed recordings: the best supported one is in
    // the bundle.
    struct Contested {
        ExhibitNumber number;
        std::size_t others = 0;
        bool vouched = false;      // by the check-in that ran out
        std::size_t receipts = 0;  // distinct guardians that signed that they hold it
    };
    std::vector<Contested> contested;
};

// `told` is not empty, and each opens (open_release) as a release of the same case. Of different
// policies or stages the newest counts whose key can be rebuilt with `readers`; without such a key
// the one that most tell.
Result<MergedRelease> merge_releases(std::vector<ReleaseBundle> const& told,
                                     std::span<age::X25519Identity const> readers);

}  // namespace exhibit::release
