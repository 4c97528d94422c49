// Who came from whom in a store: the manifests that the active one leads to, and what they were
// allowed to withhold.
#pragma once

#include <set>

#include "formats/c2pa/store.hpp"

namespace exhibit::c2pa {

// Addresses of assertions that may be missing, absolute. An assertion may be withheld by a manifest
// that came after its own: one that has it in its lineage, and is itself in the lineage of the
// active one. Anybody can put a manifest into a store, which no hash covers: it must not be able to
// excuse what is missing from others. Actions and hard bindings are never excused (§6.8).
std::set<std::string> honoured_redactions(Store const& store);

}  // namespace exhibit::c2pa
