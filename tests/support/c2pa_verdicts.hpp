// Our verdict on a vector beside the reference's. Where they differ there is a row in a list
// (c2pa_differences.hpp), with the sentence of the specification (2.2) that decides; a difference
// without a row fails the test.
#pragma once

#include "formats/c2pa/report.hpp"
#include "support/shared.hpp"

namespace exhibit::test {

struct C2paVerdict {
    std::string state;  // Trusted, Valid, Invalid, Inaccessible, none, error
    std::set<std::string> failures, ingredient_failures;
};
C2paVerdict verdict_of(Result<c2pa::Report> const& report);
// The short form beside the vectors: {state, failure, ingredientFailures} or {error}.
C2paVerdict verdict_of_summary(Json const& summary);
// A whole report, or {error}.
C2paVerdict verdict_of_oracle(Json const& report);

// The file with the store beside it, if there is one; a store alone; the file by itself.
Result<c2pa::Report> examine_vector(Path const& file, c2pa::Question const& question);
// All that have an expected report, as "folder/file".
std::vector<std::string> c2pa_vectors();
x509::TrustLists c2pa_vector_anchors();

class VerdictTable {
public:
    // Prints a row, and two when they differ. `who` may be empty.
    void compare(std::string const& vector, std::string const& who, C2paVerdict const& theirs,
                 C2paVerdict const& ours);
    // The last lines; all differences must have been explained.
    void finish(int same_at_least);

private:
    struct Count {
        int same = 0, explained = 0, unexplained = 0;
    };
    std::map<std::string, Count> counts_;  // by who
};

}  // namespace exhibit::test
