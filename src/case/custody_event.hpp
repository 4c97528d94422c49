// What happened to an exhibit, one statement an event: which item, who, when, where, why and by
// what authority, what changed (the minimum of ISO/IEC 27037). An in-toto Statement v1 in a DSSE
// envelope, so that other people's programs read and check it:
//
//   subject        the digests the event is about, each with the kind of digest as its name
//   predicateType  urn:exhibit:custody-event:v1
//   predicate      the event
//
// Two hands state events. A guardian states what it can see (received, released …): before a
// release such events say nothing of an original, and stand in its log as salted hashes only
// (logged.hpp). The device states what it knows (sealed, sent …), signed by the one-exhibit key,
// inside the encryption. Nobody is named: an agent is a role and the hash of a key.
#pragma once

#include "case/signed.hpp"

namespace exhibit {

enum class CustodyKind {
    captured_claimed,
    sealed,
    imported,
    timestamped,
    timestamp_upgraded,
    logged,
    sent,
    received,
    device_wiped,
    fixity_ok,
    fixity_failed,
    repaired,
    policy_changed,
    voted,
    released,
    opened,
    exported,
    redacted,
    transcoded,
    still_made,
    enhanced,
    translated,
    transcribed,
    certified,
    filed,
    served,
    returned,
    withdrawn,
    gap,
};

// The words of other vocabularies for it: PREMIS event types (id.loc.gov/vocabulary/preservation/
// eventType) and the action names of CASE.
struct CustodyWords {
    CustodyKind kind;
    char const* name;  // "captured-claimed"
    char const* premis;
    char const* case_action;
};
CustodyWords const& words_of(CustodyKind kind);
Result<CustodyKind> parse_custody_kind(std::string_view name);
std::size_t custody_kinds();  // how many there are, for those who go through all

// Something an event went in with or came out with, by its digest. The factories say which digest a
// role takes: only the device's events, inside the encryption, may name an original.
struct CustodyItem {
    enum class Role {
        original,
        package,
        ciphertext,
        statement,
        derivative,
        still,
        packet,
        policy,
        check_in,    // or the release-now that took its place
        checkpoint,  // of a log: SHA-256 of the signed note's text
        time_proof,  // SHA-256 of a token or of an OpenTimestamps proof
        block_header,
    };
    Role role = Role::statement;
    std::optional<Digest256> sha256;
    std::optional<CipherRoot> bep52;  // root of a ciphertext, as in torrents
    std::optional<std::uint64_t> bytes;

    static CustodyItem original(PlainDigest const& digest, std::uint64_t bytes);
    static CustodyItem ciphertext(CipherRoot const& root, std::uint64_t bytes);
    static CustodyItem document(Role role, DocumentDigest const& digest);
    friend bool operator==(CustodyItem const&, CustodyItem const&) = default;
};
char const* name_of(CustodyItem::Role role);

struct CustodyEvent {
    static constexpr std::string_view kind = "application/vnd.in-toto+json";
    static constexpr char const* predicate_type = "urn:exhibit:custody-event:v1";
    // Codes "custody" and those of JsonObject. write_payload(parse_payload(p)) == p for ours.
    static Result<CustodyEvent> parse_payload(ByteView payload);

    // What the time rests on, weakest first.
    enum class Basis { stated, device_clock, guardian_clock, rfc3161, bitcoin };
    struct Agent {
        enum class Role { witness, device, guardian, publisher, authority };
        Role role = Role::guardian;
        Digest256 key_id{};                // SHA-256 of its public key
        std::optional<std::string> label;  // a pseudonym, unless the person agreed
        friend bool operator==(Agent const&, Agent const&) = default;
    };
    struct Tool {
        std::string name, version;
        std::optional<Digest256> sha256;  // of the program
        friend bool operator==(Tool const&, Tool const&) = default;
    };

    CustodyKind event = CustodyKind::received;
    std::optional<CaseId> case_id;         // none: about a whole log (a stamp over a checkpoint)
    std::optional<ExhibitNumber> exhibit;  // none: about the whole case
    std::optional<WallTime> at;            // none: `note` has it in somebody's words
    std::optional<WallTime> until;         // of a gap
    Basis basis = Basis::stated;
    Agent agent;
    std::optional<Tool> tool;
    std::optional<std::string> place;
    std::optional<std::string> reason;
    std::optional<std::string> authority;  // by what right: a policy's digest, an order
    std::vector<CustodyItem> in, out;      // together at least one
    bool succeeded = true;                 // outcome
    std::optional<std::string> note;
    // The event before it by the same agent about the same case, so that a missing one shows.
    std::optional<DocumentDigest> prev;

    // Names an original: only inside the encryption, or after a release.
    bool tells_content() const;
    friend bool operator==(CustodyEvent const&, CustodyEvent const&) = default;
};
char const* name_of(CustodyEvent::Basis basis);
char const* name_of(CustodyEvent::Agent::Role role);
std::string write_payload(CustodyEvent const& event);

inline constexpr std::size_t custody_items_max = 64;
inline constexpr std::size_t custody_text_max = 4096;

}  // namespace exhibit
