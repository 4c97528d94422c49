// The words themselves, in two halves for the sake of file sizes: lower case, in order, each
// followed by a space.
#pragma once

namespace exhibit::diceware {

extern char const first_half[];
extern char const second_half[];

}  // namespace exhibit::diceware
