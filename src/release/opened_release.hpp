// The documents of a release, checked (pure).
#pragma once

#include "case/custody_evidence.hpp"
#include "case/evidence.hpp"
#include "formats/age/age.hpp"

namespace exhibit::release {

struct OpenedRelease {
    ReleaseEvidence evidence;
    std::string record;  // text of data/release.json
    Bytes case_key_age;
    std::vector<CustodyRecord> custody;       // what holds of it
    std::vector<Envelope> devices_lost = {};  // as they came; their signatures are not checked here
    std::vector<PolicyCertificate> earlier = {};  // as the bundle brought them

    struct Exhibit {
        ExhibitNumber number;
        std::uint64_t size_bytes = 0;
        std::optional<SealStatement> statement;  // none: unfinished, unsigned
        std::string statement_text;
    };
    std::vector<Exhibit> exhibits;  // by number, each once
    struct Refused {
        ExhibitNumber number;
        Error why;
    };
    std::vector<Refused> refused;  // statements that do not hold or belong elsewhere

    Policy const& policy() const { return evidence.policy.value(); }
    AudienceStage const& audience() const { return policy().stage(evidence.stage); }
    bool for_everyone() const { return audience().who == AudienceStage::Who::everyone; }
};

// Codes: those of check_release, "adoptions" (fewer than q distinct guardians for one motion),
// "exhibit" (a number twice).
Result<OpenedRelease> open_release(ReleaseBundle const& bundle);

// From the shares in the release. For a named audience with the recipient's own keys; without them
// code "no-reader". Codes of combine_case_key; wrong shares are named by their guardian.
Result<age::X25519Identity> case_key_of(OpenedRelease const& release,
                                        std::span<age::X25519Identity const> readers);

}  // namespace exhibit::release
