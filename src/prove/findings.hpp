// The sentences about one exhibit. Each function looks at one thing and adds what it found.
#pragma once

#include "case/evidence.hpp"
#include "case/report.hpp"
#include "prove/file_check.hpp"

namespace exhibit::prove {

// Collects findings under one subject.
class Findings {
public:
    Findings(VerifyReport& report, std::string subject)
        : report_(report), subject_(std::move(subject)) {}
    struct Words {
        char const* claim;
        char const* label;
    };
    void holds(Words words, std::string sentence, std::string evidence = {},
               std::string check = {});
    void fails(Words words, std::string sentence, std::string evidence = {},
               std::string check = {});
    void not_checked(Words words, std::string sentence, std::string evidence = {});
    void claimed(Words words, std::string sentence, std::string evidence = {});
    void note(Words words, std::string sentence, std::string evidence = {});
    // An I/O error is not_checked, anything else fails.
    void trouble(Words words, std::string before, Error const& error, std::string evidence = {});

private:
    void add(Verdict verdict, Words words, std::string sentence, std::string evidence,
             std::string check);
    VerifyReport& report_;
    std::string subject_;
};

// The words are stable: programs look for the claim, people for the label.
inline constexpr Findings::Words unchanged{"unchanged", "Unchanged"};
inline constexpr Findings::Words named{"name", "Name"};
inline constexpr Findings::Words ciphertext{"ciphertext", "Sealed"};
inline constexpr Findings::Words statement_words{"statement", "Statement"};
inline constexpr Findings::Words same_hand{"same-hand", "Same hand"};
inline constexpr Findings::Words vouched_for{"vouched", "Vouched"};
inline constexpr Findings::Words held{"held", "Held"};
inline constexpr Findings::Words claimed_words{"claimed", "Claimed"};
inline constexpr Findings::Words withheld{"withheld", "Withheld"};
inline constexpr Findings::Words not_proven{"not-proven", "Not proven"};
inline constexpr Findings::Words released{"released", "Released"};
inline constexpr Findings::Words policy_words{"policy", "Policy"};
inline constexpr Findings::Words record_words{"record", "Record"};
inline constexpr Findings::Words case_key_words{"case-key", "Case key"};
inline constexpr Findings::Words keys_words{"keys", "Keys"};
inline constexpr Findings::Words complete{"complete", "Complete"};
inline constexpr Findings::Words document{"document", "Document"};
inline constexpr Findings::Words drill{"drill", "Drill"};

// Facts that the statement signed, or none (with the finding that says why).
std::optional<SealFacts> facts_that_fit(Findings& to, SealStatement const& statement,
                                        std::string const& disclosures,
                                        std::string const& evidence);
void judge_original(Findings& to, SealFacts const& facts, HashedFile const& file,
                    std::string const& path);
// --full. `file` is the path on disk.
void judge_block_tree(Findings& to, SealFacts const& facts, Path const& file, unsigned threads);
void judge_ciphertext(Findings& to, SealStatement const& statement, HashedFile const& file,
                      std::string const& path);
void judge_hand(Findings& to, SealStatement const& statement,
                Result<std::string> const& exhibit_certificate,
                Result<std::string> const& device_certificate, PublicKey const& witness,
                CaseId const& case_id);
void say_claims(Findings& to, SealFacts const& facts);
void say_withheld(Findings& to, SealFacts const& facts);
void say_not_proven(Findings& to);

// "0001 VID_2041.mp4", fit for a terminal.
std::string subject_of(ExhibitNumber number, std::string_view name);

}  // namespace exhibit::prove
