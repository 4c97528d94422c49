#include "base/verify.hpp"

#include <cstdio>
#include <cstdlib>

namespace exhibit {

void verify_failed(char const* condition, char const* file, int line) {
    // Only the source text of the condition is printed, never a value: values may be secrets.
    std::fprintf(stderr, "exhibit: bug: %s does not hold (%s:%d); stopping before harm is done\n",
                 condition, file, line);
    std::abort();
}

}  // namespace exhibit
