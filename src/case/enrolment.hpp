// How a case comes to a guardian: the guardian's card, the directory of all guardians, and the
// enrolment.
#pragma once

#include "case/check_in.hpp"
#include "case/invitation.hpp"

namespace exhibit {

// What a guardian says of itself to the holder of an invitation.
struct GuardianCard {
    static constexpr std::string_view kind = "application/vnd.exhibit.guardian-card.v1+json";
    static Result<GuardianCard> parse_payload(ByteView payload);

    PublicKey key;
    std::string recipient;  // age1…
    std::string name;
    bool hosts = false;
    WallTime time;
    Nonce nonce{};  // the asker's
};
std::string write_payload(GuardianCard const& card);

// Where the guardians of a case can be reached. Signed by the witness, known to the guardians,
// never published.
struct Directory {
    static constexpr std::string_view kind = "application/vnd.exhibit.directory.v1+json";
    static Result<Directory> parse_payload(ByteView payload);

    struct Entry {
        GuardianId guardian;
        std::string name;
        GuardianAddress address;
        ByteArray<32> pin{};
    };
    CaseId case_id;
    unsigned version = 1;
    std::vector<Entry> entries;
    Entry const* find(GuardianId const& id) const;
};
std::string write_payload(Directory const& directory);

// The body of an enrolment. The share is inside an age file to the guardian; the case key inside a
// passphrase age file that k shares open.
struct Enrolment {
    InvitationToken token{};
    Envelope policy;
    Envelope directory;
    Envelope check_in;
    Bytes share_age;
    Bytes case_key_age;
    PublicKey duress;        // the key whose documents the shadow ledger hears (rule 9)
    ByteArray<32> access{};  // the witness's bearer secret for this case at this guardian
};
std::string write_enrolment(Enrolment const& enrolment);
Result<Enrolment> parse_enrolment(ByteView text);

// A guardian asking another for a file of the case: signed, so that ciphertext is handed to
// guardians only. The time bounds how long a recorded request could be used again; the path says
// for what.
struct PeerRequest {
    static constexpr std::string_view kind = "application/vnd.exhibit.peer-request.v1+json";
    static Result<PeerRequest> parse_payload(ByteView payload);

    CaseId case_id;
    GuardianId guardian;
    std::string path;
    WallTime time;
};
std::string write_payload(PeerRequest const& request);

}  // namespace exhibit
