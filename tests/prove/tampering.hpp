// The ways to falsify a release, and the differences that are none: a table that the test walks,
// and that `tamper_matrix --write DIR` writes as folders for other verifiers to be tested with.
#pragma once

#include "specimen.hpp"

namespace exhibit::test {

struct Tampering {
    std::string name;  // "media-byte"
    std::string what;  // was done, for people
    std::function<void(Specimen&)> apply;
    // The sentence that must be said. Harmless differences have none: everything holds.
    std::string id;
    std::string subject;  // of the finding; "" for the whole
    // Some sentences mark and do not condemn.
    bool holds = false;
    bool full = false;  // found only when every byte of the originals is asked about
    // Values that the finding's details must have.
    Json details = Json::object();
};

std::vector<Tampering> joined_tables(std::vector<std::vector<Tampering>> const& parts);
std::vector<Tampering> tamperings();
std::vector<Tampering> harmless_differences();

}  // namespace exhibit::test
