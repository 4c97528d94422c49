#include "case/logged.hpp"

#include <algorithm>

#include "crypto/hash.hpp"

namespace exhibit {
namespace {

Error wrong(std::string what, char const* code) { return bad_input(std::move(what)).coded(code); }

// The log's name is what its checkpoint says first; whether it is signed is judged after.
Result<LogName> log_of(tlog::Note const& checkpoint) {
    auto const parsed = TRY(tlog::parse_checkpoint(checkpoint.text));
    return parse_log_origin(parsed.origin);
}

struct Cosigned {
    tlog::Checkpoint checkpoint;
    std::vector<WallTime> times;  // ascending, one of each cosigner that counts
};

// Only the other guardians of this policy count; what others hang on a checkpoint is ignored.
Result<Cosigned> open_cosigned(tlog::Note const& note, LogName const& log, LogCards const& cards,
                               Policy const& policy) {
    auto const card = cards.find(log);
    if (card == cards.end()) return wrong("the card of this log is not known", "log-card");
    std::map<GuardianId, tlog::VerifierKey> known;
    for (auto const& [name, one] : cards) {
        if (name.guardian != log.guardian && policy.find(name.guardian) != nullptr)
            known.emplace(name.guardian, one->cosigner);
    }
    std::vector<tlog::VerifierKey> keys;
    for (auto const& [guardian, key] : known) keys.push_back(key);
    auto opened = TRY(tlog::open_checkpoint(note, card->second->log, keys));
    Cosigned out{std::move(opened.checkpoint), {}};
    for (auto const& one : opened.cosigners) {
        constexpr std::uint64_t seconds_max = 253'402'300'799;  // the year 9999
        auto const seconds = std::min(one.time, seconds_max);
        out.times.push_back(WallTime::from_ms(static_cast<std::int64_t>(seconds) * 1000));
    }
    std::ranges::sort(out.times);
    return out;
}

}  // namespace

Digest256 log_entry(LogSalt const& salt, Envelope const& event) {
    return sha256(salt, dsse_pae(event.payload_type, event.payload));
}

tlog::Proof make_event_proof(LogSalt const& salt, std::uint64_t index, tlog::Path path,
                             tlog::Note checkpoint) {
    return {to_bytes(ByteView(salt)), index, std::move(path), std::move(checkpoint)};
}

Result<LogPlace> judge_event_proof(Envelope const& event, tlog::Proof const& proof,
                                   LogCards const& cards, Policy const& policy) {
    if (!proof.extra) return wrong("the proof has no salt", "proof");
    auto const salt = exactly<32>(*proof.extra);
    if (!salt.ok()) return wrong("the proof's salt has another length", "proof");
    auto const log = TRY(log_of(proof.checkpoint));
    auto const needed = cosigners_needed(policy.quorum);
    auto cosigned = TRY(open_cosigned(proof.checkpoint, log, cards, policy));
    auto const entry = log_entry(*salt, event);
    TRY(tlog::verify_inclusion(tlog::leaf_hash(entry), proof.index, cosigned.checkpoint.size,
                               proof.path, cosigned.checkpoint.root));
    if (cosigned.times.size() < needed)
        return wrong("only " + std::to_string(cosigned.times.size()) + " of the " +
                         std::to_string(needed) + " cosignatures that are needed",
                     "quorum");
    VERIFY(needed > policy.quorum.f);
    return LogPlace{log, proof.index, std::move(cosigned.checkpoint), cosigned.times.size(),
                    cosigned.times[policy.quorum.f]};
}

Result<NotBefore> judge_not_before(tlog::Note const& checkpoint, LogCards const& cards,
                                   Policy const& policy) {
    auto const log = TRY(log_of(checkpoint));
    auto cosigned = TRY(open_cosigned(checkpoint, log, cards, policy));
    auto const needed = policy.quorum.f + 1;
    if (cosigned.times.size() < needed)
        return wrong("too few guardians cosigned the checkpoint", "quorum");
    auto const time = cosigned.times[cosigned.times.size() - needed];
    return NotBefore{log, std::move(cosigned.checkpoint), time};
}

}  // namespace exhibit
