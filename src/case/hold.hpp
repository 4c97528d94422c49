// What lengthens the life of one check-in without being one (docs/guardians, rule 8): guardians'
// people who have spoken with the witness, or a code that the witness has spoken to one of them.
//
// A hold adds whole intervals to the deadline of the check-in that it names. So it gains nothing to
// whoever keeps it in a drawer: shown late, it says what it would have said at once.
#pragma once

#include "case/check_in.hpp"

namespace exhibit {

// "I have spoken with the witness, who lives and cannot check in." f+1 guardians' people together
// add `number` intervals: 1, and after it 2.
struct HoldWord {
    static constexpr std::string_view kind = "application/vnd.exhibit.hold.v1+json";
    static Result<HoldWord> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    DocumentDigest check_in;
    unsigned number = 1;
    WallTime time;
};
std::string write_payload(HoldWord const& word);
inline constexpr unsigned hold_number_max = 2;

// "The witness has told me these words by telephone." They are the code in place `place` of those
// that the check-in commits to, and add `place` intervals, whoever else says so.
struct SpokenWord {
    static constexpr std::string_view kind = "application/vnd.exhibit.spoken.v1+json";
    static Result<SpokenWord> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    DocumentDigest check_in;
    unsigned place = 1;  // from 1
    std::string words;   // lower case, single spaces
    WallTime time;
};
std::string write_payload(SpokenWord const& word);

// What a check-in says of a code before it is spoken: SHA-256("exhibit-spoken-code" 0A case 0A
// words).
Digest256 spoken_commitment(CaseId const& case_id, std::string_view words);

}  // namespace exhibit
