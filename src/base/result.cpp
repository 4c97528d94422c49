#include "base/result.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

namespace exhibit {

Error system_error(std::string what, std::string where) {
    int const number = errno;
    std::string reason = std::generic_category().message(number);
    if (!reason.empty() && reason[0] >= 'A' && reason[0] <= 'Z') {
        reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
    }
    Error error = world_error(std::move(what) + ": " + reason).at(std::move(where));
    error.code = number == ENOSPC || number == EDQUOT ? "disk-full"
                 : number == ENOENT                   ? "not-found"
                 : number == EEXIST                   ? "exists"
                                                      : "system";
    if (number == ENOSPC || number == EDQUOT) error.mend = "free some space, then try again";
    return error;
}

}  // namespace exhibit
