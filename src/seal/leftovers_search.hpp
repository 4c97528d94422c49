// The parts of find_leftovers, one function for each kind of place.
#pragma once

#include "seal/leftovers.hpp"

namespace exhibit::seal {

// How often a text occurs in a file, in any case of letters; 0 when it cannot be read. Reads at
// most 8 MiB.
std::size_t count_mentions(Path const& file, std::string_view lower_word);
// What a folder holds, or nothing; in order.
std::vector<Path> entries_of(Path const& folder);

void find_cases(Places const& places, Leftovers& to);
void find_in_home(Places const& places, Leftovers& to);     // histories, lists, caches, trash
void find_by_content(Places const& places, Leftovers& to);  // invitations, keys, shares, old copies
void find_in_system(Places const& places, Leftovers& to);   // program, packages, logs, swap, dumps

}  // namespace exhibit::seal
