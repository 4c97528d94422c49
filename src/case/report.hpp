// What `exhibit verify` found: one finding per thing asked, in plain sentences, each with the
// evidence it rests on and, where there is one, the foreign command that confirms it.
#pragma once

#include <string>
#include <vector>

#include "formats/json/json.hpp"

namespace exhibit {

enum class Verdict {
    holds,        // proven by the evidence named
    fails,        // the evidence contradicts it
    not_checked,  // the evidence is missing or could not be read; never called tampering
    claimed,      // somebody's word, not proven
    note,         // said plainly: what is not proven, what is withheld
};
// As it stands in JSON: "holds", "fails", "not_checked", "claimed", "note".
std::string_view word_of(Verdict verdict);

struct Finding {
    std::string subject;  // "0001 VID_2041.mp4", or empty for the whole
    std::string id;       // stable, one for each thing that can be said: "unchanged.other-bytes"
    std::string claim;    // stable, what was asked: "unchanged", "same-hand", "released", …
    std::string label;    // what people read in the first column: "Unchanged", "Same hand"
    Verdict verdict = Verdict::not_checked;
    std::string sentence;               // words for people; they may change
    std::vector<std::string> evidence;  // files it rests on
    std::string check;                  // a command of somebody else's program that confirms it
    Json details = Json::object();      // exact values behind the words: digests, bytes, times
};

struct VerifyReport {
    std::vector<Finding> findings;
    // All that was asked holds: no finding fails, and nothing asked for went unchecked.
    bool holds() const;
    // The first reason for a non-zero exit, if any.
    Finding const* first_trouble() const;
};

}  // namespace exhibit
