// VERIFY: for what cannot happen unless a programmer erred. On in release builds too: it is better
// to stop before a share leaves or a byte is lost. Input never reaches a VERIFY; input gets a
// Result.
#pragma once

namespace exhibit {

[[noreturn]] void verify_failed(char const* condition, char const* file, int line);

}  // namespace exhibit

#define VERIFY(condition) \
    ((condition) ? static_cast<void>(0) : ::exhibit::verify_failed(#condition, __FILE__, __LINE__))
