// The questions about one exhibit. Each function looks at one thing and says what it found.
#pragma once

#include "case/evidence.hpp"
#include "prove/file_check.hpp"
#include "prove/findings.hpp"

namespace exhibit::prove {

// Facts that the statement signed, or none (with the finding that says why).
std::optional<ShownFacts> facts_that_fit(Findings& to, SealStatement const& statement,
                                         std::string const& disclosures,
                                         std::string const& evidence);
// Two facts with one salt: whoever knows one can guess the other. Says so, or nothing.
void judge_salts(Findings& to, std::vector<Disclosure> const& disclosures,
                 std::string const& evidence);
void judge_original(Findings& to, SealFacts const& facts, HashedFile const& file,
                    std::string const& path);
// --full. `file` is the path on disk.
void judge_block_tree(Findings& to, SealFacts const& facts, Path const& file, unsigned threads);
void judge_ciphertext(Findings& to, SealStatement const& statement, HashedFile const& file,
                      std::string const& path);

// The papers that lead from the witness's key to the exhibit's, and where they lie.
struct HandPapers {
    Result<std::string> exhibit_certificate, device_certificate;
    std::vector<std::string> evidence;
};
// The device that sealed it, when the papers hold.
std::optional<PublicKey> judge_hand(Findings& to, SealStatement const& statement,
                                    HandPapers const& papers, PublicKey const& witness,
                                    CaseId const& case_id);

void say_claims(Findings& to, ShownFacts const& shown, std::string const& evidence);
// Are the camera's words in the file those that were sealed? `file` is the path on disk.
void judge_camera(Findings& to, SealFacts const& facts, Path const& file, std::string const& path);
void say_withheld(Findings& to, ShownFacts const& shown, std::string const& evidence);
void say_not_proven(Findings& to);

}  // namespace exhibit::prove
