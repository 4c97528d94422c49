// A guardian's two keys besides the one it signs documents with: its log's, and the one with which
// it cosigns the logs of the others. Signed with the key that the policy names, so that whoever has
// the policy can judge every log of the case.
//
// Each key signs one kind of thing under one name (c2sp.org/tlog-cosignature: what an Ed25519
// cosigner signs does not name it). A guardian that could show two logs could show two histories:
// who has taken a card for a generation takes no other for it. A new generation begins only when
// the old log is lost (a disk that went back in time); the old one stays what it was.
#pragma once

#include <map>

#include "case/policy.hpp"
#include "formats/tlog/policy.hpp"

namespace exhibit {

inline constexpr unsigned log_generation_max = 999;

struct LogCard {
    static constexpr std::string_view kind = "application/vnd.exhibit.log-card.v1+json";
    static constexpr std::size_t bytes_max = 4096;
    // Code "log-card" when the names in the keys are not those of this guardian.
    static Result<LogCard> parse_payload(ByteView payload);

    GuardianId guardian;
    unsigned generation = 1;
    tlog::VerifierKey log;       // name: log_origin(guardian, generation)
    tlog::VerifierKey cosigner;  // name: cosigner_name(guardian)
    // By those two keys, that they belong to this guardian. Without it a guardian could give out
    // another's cosigner key as its own, and one cosignature would count for two.
    Signature log_consent{}, cosigner_consent{};
    WallTime since;
};
LogCard make_log_card(GuardianId const& guardian, unsigned generation, SigningKey const& log,
                      SigningKey const& cosigner, WallTime since);
std::string write_payload(LogCard const& card);

std::string log_origin(GuardianId const& guardian, unsigned generation);
std::string cosigner_name(GuardianId const& guardian);
// The guardian and generation of an origin; code "origin".
struct LogName {
    GuardianId guardian;
    unsigned generation = 1;
    friend auto operator<=>(LogName const&, LogName const&) = default;
};
Result<LogName> parse_log_origin(std::string_view origin);

// Cards that were checked, each under its log's name; the first one taken stays.
using LogCards = std::map<LogName, Signed<LogCard>>;
// Opens it with a guardian of the policy. False when another card is known for this log.
Result<bool> take_log_card(LogCards& cards, Envelope const& envelope, Policy const& policy);

// How many other guardians must have cosigned a state of a log. Of two contradicting states each
// with so many of n − 1 cosigners, at least 2c − (n − 1) guardians signed both; the log itself is
// one of the f that lie, so f of them cannot all be liars: c = ⌈(n − 1 + f) / 2⌉. Where q ≥ 2f + 1
// and n ≥ q + f, that many honest ones are always left.
unsigned cosigners_needed(Quorum const& quorum);

// Whose signatures make a state of this log good: the log's, and cosigners_needed of the others.
// Code "log-card" when too few cards are known for that.
Result<tlog::Policy> log_policy(LogName const& log, LogCards const& cards, Policy const& policy);

}  // namespace exhibit
