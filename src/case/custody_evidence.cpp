#include "case/custody_evidence.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "crypto/hash.hpp"

namespace exhibit {
namespace {

using About = CustodyComplaint::About;

Error wrong(std::string what, char const* code) { return bad_input(std::move(what)).coded(code); }

Result<Signed<CustodyEvent>> open_event(Envelope const& envelope, GuardianId const& guardian,
                                        Policy const& policy) {
    auto const* known = policy.find(guardian);
    if (known == nullptr) return wrong("is of a guardian that is not of this case", "guardian");
    auto event = TRY(Signed<CustodyEvent>::open(envelope, known->key));
    if (event->agent.role != CustodyEvent::Agent::Role::guardian ||
        event->agent.key_id != guardian.bytes())
        return wrong("names another agent than signed it", "agent");
    if (event->case_id && *event->case_id != policy.case_id)
        return wrong("belongs to another case", "case");
    return event;
}

// A guardian signs each event of a case after the one before it.
void check_chain(CheckedCustody& checked) {
    std::optional<DocumentDigest> last;
    for (std::size_t i = 0; i < checked.events.size(); ++i) {
        auto const& event = checked.events[i].event;
        if (!event->case_id) continue;
        if (event->prev != last)
            checked.complaints.push_back(
                {About::chain, i,
                 wrong("is not the event after the one before it here: at least one is missing",
                       "chain")});
        last = event.digest();
    }
}

Result<CheckedStamp> check_stamp(LogStamp const& stamp, GuardianId const& guardian,
                                 LogCards const& cards) {
    auto const note = TRY(tlog::parse_note(stamp.checkpoint));
    auto const claimed = TRY(tlog::parse_checkpoint(note.text));
    auto const log = TRY(parse_log_origin(claimed.origin));
    auto const card = cards.find(log);
    if (card == cards.end() || log.guardian != guardian)
        return wrong("the stamped checkpoint is not of this guardian's log", "origin");
    // What follows the log's own signature is under no stamp's meaning, and is not looked at.
    auto opened = TRY(tlog::open_checkpoint(note, card->second->log, {}));
    return CheckedStamp{log, std::move(opened.checkpoint), sha256(stamp.checkpoint), stamp};
}

rfc3161::Trust trust_in(CustodyRecord const& record, TimeTrust const& trust) {
    rfc3161::Trust out{.roots = trust.roots, .kept = {}, .crl = {}};
    for (auto const& der : record.certificates) {
        auto certificate = Certificate::from_der(der);
        if (certificate.ok()) out.kept.push_back(certificate.take());
    }
    return out;
}

// Of several revocation lists, the one that knows the certificate says most; a revoked one says
// it all.
Result<rfc3161::Stamp> judge_with_lists(ByteView token, ByteView imprint, rfc3161::Trust trust,
                                        std::vector<Bytes> const& lists) {
    auto best = rfc3161::judge_token(token, HashKind::sha256, imprint, trust);
    for (auto const& list : lists) {
        trust.crl = list;
        auto judged = rfc3161::judge_token(token, HashKind::sha256, imprint, trust);
        if (!judged.ok()) return judged;
        if (judged->revocation != RevocationAnswer::unknown) best = std::move(judged);
    }
    return best;
}

}  // namespace

CheckedStamp const* CheckedCustody::stamp_of(CheckedEvent const& event) const {
    if (!event.place) return nullptr;
    for (auto const& stamp : stamps) {
        if (stamp.log == event.place->log && stamp.checkpoint == event.place->checkpoint)
            return &stamp;
    }
    return nullptr;
}

LogCards cards_of(std::vector<CustodyRecord> const& records, Policy const& policy) {
    LogCards cards;
    for (auto const& record : records) {
        for (auto const& card : record.cards) (void)take_log_card(cards, card, policy);
    }
    return cards;
}

CheckedCustody check_custody(CustodyRecord const& record, LogCards const& cards,
                             Policy const& policy) {
    CheckedCustody checked{
        .guardian = record.guardian, .events = {}, .stamps = {}, .complaints = {}};
    for (std::size_t i = 0; i < record.cards.size(); ++i) {
        auto known = cards;
        auto const taken = take_log_card(known, record.cards[i], policy);
        if (!taken.ok())
            checked.complaints.push_back({About::card, i, taken.error()});
        else if (!*taken)
            checked.complaints.push_back(
                {About::card, i, wrong("contradicts another card of this guardian", "log-card")});
    }
    for (std::size_t i = 0; i < record.events.size(); ++i) {
        auto const& one = record.events[i];
        auto event = open_event(one.event, record.guardian, policy);
        if (!event.ok()) {
            checked.complaints.push_back({About::event, i, event.take_error()});
            continue;
        }
        CheckedEvent out{event.take(), std::nullopt};
        if (!one.proof.empty()) {
            auto const judged = [&]() -> Result<LogPlace> {
                auto const proof = TRY(tlog::parse_proof(one.proof));
                auto place = TRY(judge_event_proof(one.event, proof, cards, policy));
                if (place.log.guardian != record.guardian)
                    return wrong("is in another guardian's log", "origin");
                return place;
            }();
            if (judged.ok())
                out.place = *judged;
            else
                checked.complaints.push_back({About::proof, i, judged.error()});
        }
        checked.events.push_back(std::move(out));
    }
    check_chain(checked);
    for (std::size_t i = 0; i < record.stamps.size(); ++i) {
        auto stamp = check_stamp(record.stamps[i], record.guardian, cards);
        if (stamp.ok())
            checked.stamps.push_back(stamp.take());
        else
            checked.complaints.push_back({About::stamp, i, stamp.take_error()});
    }
    return checked;
}

namespace {

template <typename T>
void drop(std::vector<T>& list, std::set<std::size_t> const& bad) {
    std::size_t index = 0;
    std::erase_if(list, [&](auto const&) { return bad.contains(index++); });
}

// What follows a gap in a guardian's own chain, by its place among the events that hold.
std::set<std::size_t> after_the_gap(CheckedCustody const& checked,
                                    std::set<std::size_t> const& bad_events) {
    std::set<std::size_t> after;
    auto const gap = std::ranges::find(checked.complaints, About::chain, &CustodyComplaint::about);
    if (gap == checked.complaints.end()) return after;
    std::size_t index = 0;  // of the record
    for (std::size_t i = 0; i < checked.events.size(); ++i, ++index) {
        while (bad_events.contains(index)) ++index;
        if (i >= gap->index && checked.events[i].event->case_id) after.insert(index);
    }
    return after;
}

// Far more than an honest log has; each costs the check of a signature.
constexpr std::size_t tokens_judged_max = 4096;

// Tokens and proofs that are of something else, or no tokens at all. Whom to trust, and what was
// revoked, is no matter of whoever passes them on.
class TimeSieve {
public:
    explicit TimeSieve(CustodyRecord const& record) : trust_(trust_in(record, {})) {}

    void drop_foreign(LogStamp& stamp, Digest256 const& digest) {
        std::erase_if(stamp.tokens, [&](LogStamp::Token const& one) {
            if (judged_ == tokens_judged_max) return true;
            ++judged_;
            return !rfc3161::judge_token(one.token, HashKind::sha256, digest, trust_).ok();
        });
        if (stamp.ots.empty()) return;
        auto const proof = ots::parse_detached(stamp.ots, ots::Order::any);
        if (!proof.ok() || proof->hash != ots::Op::sha256 || !same_bytes(proof->digest, digest))
            stamp.ots.clear();
    }

private:
    rfc3161::Trust trust_;
    std::size_t judged_ = 0;
};

}  // namespace

CustodyRecord sound_part(CustodyRecord record, LogCards const& cards, Policy const& policy) {
    auto const checked = check_custody(record, cards, policy);
    std::set<std::size_t> bad_cards, bad_events, bad_stamps;
    for (auto const& complaint : checked.complaints) {
        switch (complaint.about) {
            case About::card: bad_cards.insert(complaint.index); break;
            case About::event: bad_events.insert(complaint.index); break;
            case About::proof: record.events[complaint.index].proof.clear(); break;
            case About::stamp: bad_stamps.insert(complaint.index); break;
            case About::chain: break;  // below
        }
    }
    bad_events.merge(after_the_gap(checked, bad_events));
    TimeSieve sieve(record);
    std::size_t good = 0;
    for (std::size_t i = 0; i < record.stamps.size(); ++i) {
        if (!bad_stamps.contains(i))
            sieve.drop_foreign(record.stamps[i], checked.stamps[good++].digest);
    }
    drop(record.cards, bad_cards);
    drop(record.events, bad_events);
    drop(record.stamps, bad_stamps);
    return record;
}

std::vector<CustodyRecord> merge_custody(std::vector<CustodyRecord> const& records,
                                         Policy const& policy) {
    auto const cards = cards_of(records, policy);
    auto const worth = [](CustodyRecord const& record) {
        std::size_t proofs = 0, tokens = 0;
        for (auto const& event : record.events) proofs += !event.proof.empty();
        for (auto const& stamp : record.stamps) tokens += stamp.tokens.size() + stamp.ots.size();
        return std::tuple(record.events.size(), proofs, record.stamps.size(), tokens);
    };
    std::map<GuardianId, CustodyRecord> best;
    for (auto const& one : records) {
        if (policy.find(one.guardian) == nullptr) continue;
        auto sound = sound_part(one, cards, policy);
        auto const [place, is_new] = best.try_emplace(one.guardian, sound);
        if (!is_new && worth(place->second) < worth(sound)) place->second = std::move(sound);
    }
    std::vector<CustodyRecord> merged;
    for (auto& [guardian, record] : best) merged.push_back(std::move(record));
    return merged;
}

JudgedStamp judge_stamp(CheckedStamp const& stamp, CustodyRecord const& record,
                        TimeTrust const& trust) {
    JudgedStamp out;
    auto const authorities = trust_in(record, trust);
    for (auto const& one : stamp.stamp.tokens) {
        JudgedToken token{one.authority, std::nullopt, std::nullopt};
        auto judged = judge_with_lists(one.token, stamp.digest, authorities, record.crls);
        if (judged.ok())
            token.stamp = judged.take();
        else
            token.trouble = judged.take_error();
        out.tokens.push_back(std::move(token));
    }
    if (stamp.stamp.ots.empty()) return out;
    auto const proof = ots::parse_detached(stamp.stamp.ots, ots::Order::any);
    if (!proof.ok())
        out.ots_trouble = proof.error();
    else if (proof->hash != ots::Op::sha256 || !same_bytes(proof->digest, stamp.digest))
        out.ots_trouble = wrong("the OpenTimestamps proof is of something else", "imprint");
    else
        out.bitcoin = ots::judge(*proof, trust.headers);
    return out;
}

void give_blocks(ots::KnownHeaders& headers, CustodyRecord const& record) {
    for (auto const& block : record.blocks) {
        auto const header = ots::BlockHeader::from(block.header);
        if (header.ok()) (void)headers.give(block.height, *header);
    }
}

}  // namespace exhibit
