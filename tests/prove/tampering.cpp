#include "tampering.hpp"

#include "tampering_parts.hpp"

namespace exhibit::test {

std::vector<Tampering> tamperings() {
    std::vector<Tampering> out;
    for (auto& part :
         {tampered_media(), tampered_seals(), tampered_case(), tampered_votes(), tampered_lists()})
        out.insert(out.end(), part.begin(), part.end());
    return out;
}

}  // namespace exhibit::test
