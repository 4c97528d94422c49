// A ciphertext with a key that opens it: is what comes out what was sealed? Nothing is written.
#pragma once

#include "formats/age/age.hpp"
#include "prove/exhibit_check.hpp"

namespace exhibit::prove {

// One pass: the ciphertext's root, and the original inside.
void judge_opened(Findings& to, SealStatement const& statement, Path const& ciphertext,
                  age::Identities identities);

}  // namespace exhibit::prove
