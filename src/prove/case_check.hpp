// The questions about the case as a whole: the witness's policy, why it was released, the key.
#pragma once

#include "case/known_keys.hpp"
#include "prove/bag_check.hpp"
#include "prove/release_reader.hpp"

namespace exhibit::prove {

// None when policy or subject are missing or do not hold; that has been said then.
std::optional<ReleaseEvidence> judge_documents(ReadRelease const& read, Findings& to);
// Names from the reader's own list of keys.
void judge_known(Policy const& policy, KnownKeys const& known, Findings& to);
void judge_case_key(HashedFolder const& it, Policy const& policy, Findings& to);
// keys/ is for openssl; a wrong key there would make somebody else's check prove a lie.
void judge_keys(HashedFolder const& it, Policy const& policy, Findings& to);

}  // namespace exhibit::prove
