// Work on several things at once, each on its own.
#pragma once

#include <functional>

#include "base/result.hpp"

namespace exhibit {

// Calls work(0) … work(count - 1), from several threads, this one among them; each index once. When
// one fails, no new ones are begun, and the error with the smallest index comes back.
Outcome for_each_index(std::size_t count, unsigned threads,
                       std::function<Outcome(std::size_t)> const& work);

}  // namespace exhibit
