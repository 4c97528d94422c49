#include "tampering_parts.hpp"

namespace exhibit::test {

std::vector<Tampering> joined_tables(std::vector<std::vector<Tampering>> const& parts) {
    std::vector<Tampering> out;
    for (auto const& part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
}

std::vector<Tampering> tamperings() {
    return joined_tables({tampered_media(), tampered_seals(), tampered_case(), tampered_votes(),
                          tampered_lists(), tampered_custody(), tampered_time()});
}

}  // namespace exhibit::test
