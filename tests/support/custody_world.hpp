// Guardians with logs in memory, for tests of what they can show: events, proofs, checkpoints with
// cosignatures. Everything is made the long way, from keys, so that a test can also make what no
// honest guardian would.
#pragma once

#include "case/custody_evidence.hpp"
#include "crypto/hash.hpp"

namespace exhibit::test {

class CustodyWorld {
public:
    static constexpr std::size_t count = 4;
    struct Keys {
        SigningKey signing = SigningKey::generate();
        SigningKey log = SigningKey::generate();
        SigningKey cosigner = SigningKey::generate();
        GuardianId id() const { return guardian_id(signing.public_key()); }
    };
    struct Entry {
        Envelope event;
        LogSalt salt{};
    };

    // Of a case that is there already: its policy, and its guardians' keys.
    CustodyWorld(Policy of, std::vector<SigningKey> const& signing) : policy(std::move(of)) {
        for (std::size_t i = 0; i < count; ++i) {
            guardians.push_back({signing[i].clone()});
            (void)take_log_card(cards, card(i), policy);
        }
        logs.resize(count);
    }
    CustodyWorld() {
        policy.case_id = CaseId::make(random);
        policy.witness = witness.public_key();
        policy.quorum = {4, 2, 3, 1};
        policy.drill = true;
        for (std::size_t i = 0; i < count; ++i) {
            guardians.emplace_back();
            policy.guardians.push_back({guardians[i].signing.public_key(), "age1", {}, false});
            (void)take_log_card(cards, card(i), policy);
        }
        logs.resize(count);
    }

    Envelope card(std::size_t i, unsigned generation = 1) const {
        auto const& keys = guardians[i];
        return Signed<LogCard>::sign(
                   make_log_card(keys.id(), generation, keys.log, keys.cosigner, at(0)),
                   keys.signing)
            .envelope();
    }
    LogName name(std::size_t i) const { return {guardians[i].id(), 1}; }
    static WallTime at(std::int64_t seconds) {
        return WallTime::from_ms(1'600'000'000'000 + seconds * 1000);
    }

    // An event of this guardian about exhibit 1, following its last one; not yet in its log.
    CustodyEvent event(std::size_t i, CustodyKind kind, std::int64_t seconds = 1) {
        CustodyEvent made;
        made.event = kind;
        made.case_id = policy.case_id;
        made.exhibit = ExhibitNumber(1);
        made.at = at(seconds);
        made.basis = CustodyEvent::Basis::guardian_clock;
        made.agent.key_id = guardians[i].id().bytes();
        made.tool = CustodyEvent::Tool{"exhibit", "0.1.0", std::nullopt};
        made.in = {CustodyItem::document(CustodyItem::Role::statement,
                                         DocumentDigest(sha256("statement")))};
        made.out = {CustodyItem::ciphertext(CipherRoot(sha256("cipher")), 70'000)};
        if (!logs[i].empty()) made.prev = document_digest(logs[i].back().event);
        return made;
    }
    std::size_t log(std::size_t i, CustodyEvent event) {
        auto envelope =
            Signed<CustodyEvent>::sign(std::move(event), guardians[i].signing).envelope();
        logs[i].push_back({std::move(envelope), random.bytes<32>()});
        return logs[i].size() - 1;
    }

    std::vector<tlog::Hash> leaves(std::size_t i) const {
        std::vector<tlog::Hash> out;
        for (auto const& one : logs[i])
            out.push_back(tlog::leaf_hash(log_entry(one.salt, one.event)));
        return out;
    }
    tlog::HashSource hashes(std::size_t i) const {
        return [leaves = leaves(i)](unsigned level, std::uint64_t index) -> Result<tlog::Hash> {
            auto const first = leaves.begin() + static_cast<std::ptrdiff_t>(index << level);
            return tlog::root_of({first, first + (std::ptrdiff_t{1} << level)});
        };
    }
    // The newest state, signed by the log alone.
    tlog::Note checkpoint(std::size_t i) const {
        tlog::Checkpoint state{
            log_origin(guardians[i].id(), 1), logs[i].size(), tlog::root_of(leaves(i)), {}};
        return tlog::sign_checkpoint(state, guardians[i].log);
    }
    void cosign(tlog::Note& note, std::size_t by, std::int64_t seconds) const {
        note.signatures.push_back(
            tlog::cosign(note.text, cosigner_name(guardians[by].id()), guardians[by].cosigner,
                         static_cast<std::uint64_t>(at(seconds).since_epoch_ms() / 1000)));
    }
    tlog::Note cosigned(std::size_t i, std::vector<std::size_t> const& by) const {
        auto note = checkpoint(i);
        for (auto const one : by) cosign(note, one, static_cast<std::int64_t>(100 + one));
        return note;
    }
    tlog::Proof proof(std::size_t i, std::size_t index, tlog::Note note) const {
        auto path = tlog::inclusion_path(index, logs[i].size(), hashes(i)).take();
        return make_event_proof(logs[i][index].salt, index, std::move(path), std::move(note));
    }
    // All this guardian can show, cosigned by these; the newest state stamped by nobody yet.
    CustodyRecord record(std::size_t i, std::vector<std::size_t> const& by) const {
        CustodyRecord out;
        out.guardian = guardians[i].id();
        for (std::size_t one = 0; one < count; ++one) out.cards.push_back(card(one));
        auto const note = cosigned(i, by);
        for (std::size_t at = 0; at < logs[i].size(); ++at)
            out.events.push_back({logs[i][at].event, tlog::write_proof(proof(i, at, note))});
        out.stamps.push_back({tlog::write_note(checkpoint(i)), {}, {}});
        return out;
    }

    SystemRandom random;
    SigningKey witness = SigningKey::generate();
    Policy policy;
    std::vector<Keys> guardians;
    std::vector<std::vector<Entry>> logs;
    LogCards cards;
};

}  // namespace exhibit::test
