// The making of a case, shared by `init` and `drill`: meet the guardians, make the keys, enrol
// everywhere, and only then put the folder in place.
#pragma once

#include "case/contacts.hpp"
#include "cli/cli.hpp"
#include "guard/witness/meet.hpp"
#include "seal/make_case.hpp"

namespace exhibit::cli {

struct NewCase {
    Path folder;
    std::vector<Invitation> invitations;
    Quorum quorum;
    Duration interval, grace;
    Floors floors;
    bool drill = false;
    unsigned paper_shares = 0;
    std::string cards = {};  // the folder for them; empty: shown here
    std::vector<AudienceStage> audience;
    guard::LinkOptions options;
};

struct Meeting {
    CaseId case_id;
    std::vector<seal::MetGuardian> met;
    WallTime ended = {};  // by this device, when the last of their clocks had been read
};

// One invitation a line; empty lines and lines that begin with '#' are passed over.
Result<std::vector<Invitation>> read_invitations(Path const& file);
Result<Meeting> meet_guardians(NewCase const& wish, Terminal& terminal);
// What a file says about whom to warn.
Result<Contacts> read_contacts(Path const& file);
// Signs the list with the next version and hands it to all guardians. How many took it; each that
// did not is told. Code "silent" when none did.
Result<std::size_t> tell_contacts(CaseInfo const& info, SigningKey const& witness,
                                  Contacts contacts, guard::LinkOptions const& options,
                                  Terminal& terminal);
// Returns when every guardian has signed that it can read its share, and the folder is on disk.
struct Passphrases {
    SecretBytes own;
    SecretBytes duress;  // empty: left to chance
};
Result<seal::MadeCase> begin_case(NewCase const& wish, Meeting meeting, Passphrases passphrases,
                                  Terminal& terminal);

}  // namespace exhibit::cli
