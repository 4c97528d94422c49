// Epochs of a case. Shares are never divided anew: other guardians mean another key. `rekey` begins
// one, for what is sealed from then on, in a folder NAME~2 beside NAME. Each is a case of its own
// to its guardians; the witness lives one life for all of them.
#pragma once

#include <functional>

#include "cli/cli.hpp"

namespace exhibit::cli {

struct Epoch {
    std::size_t number = 1;
    std::string name;  // of its folder: NAME, NAME~2, NAME~3 …
};
// Those that are on this device, oldest first, for any of their names. One that has travelled is
// missing.
std::vector<Epoch> epochs_of(Globals const& globals, std::string_view name);
std::string epoch_name(std::string_view first, std::size_t number);
// NAME of any of them.
std::string first_name(std::string_view name);

// Where new exhibits belong: the newest epoch, unless one was named.
Result<seal::CaseFolder> find_newest_epoch(Globals const& globals);

// For what is said to the guardians of all epochs. With several: `do_one` for each, the passphrase
// asked for once (when `asks`), the results in a list; goes on after an error, returns the first.
// Code "passphrase", and nothing is said to anybody, when it does not open every epoch.
Outcome for_each_epoch(Globals const& globals, Terminal& terminal, bool asks,
                       std::function<Outcome(Globals const&)> const& do_one);

// The one that for_each_epoch asked for, or asks.
Result<SecretBytes> case_passphrase(Globals const& globals, Terminal& terminal);

}  // namespace exhibit::cli
