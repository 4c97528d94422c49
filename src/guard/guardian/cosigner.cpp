#include "guard/guardian/cosigner.hpp"

namespace exhibit::guard {
namespace {

// The row is the note as it was cosigned.
Result<tlog::SeenCheckpoint> read_seen(std::optional<Bytes> const& row) {
    if (!row) return tlog::SeenCheckpoint{};
    auto const note = TRY(tlog::parse_note(as_text(*row)));
    auto const checkpoint = TRY(tlog::parse_checkpoint(note.text));
    return tlog::SeenCheckpoint{checkpoint.size, checkpoint.root};
}

// The log's signature and ours; what others hang on a checkpoint is not ours to keep.
std::string cosigned_note(std::string_view request, std::string const& origin,
                          tlog::NoteSignature const& ours) {
    auto note = tlog::parse_note(request);
    VERIFY(note.ok());  // it was judged
    std::erase_if(note->signatures, [&](auto const& one) { return one.name != origin; });
    note->signatures.push_back(ours);
    return tlog::write_note(*note);
}

// The first line of the checkpoint; empty when there is none.
std::string_view origin_of(std::string_view checkpoint) {
    return checkpoint.substr(0, checkpoint.find('\n'));
}

HttpResponse answer_of(tlog::WitnessAnswer const& answer) {
    using Kind = tlog::WitnessAnswer::Kind;
    auto const status = static_cast<unsigned>(answer.http_status());
    if (answer.kind == Kind::other_size)
        return HttpResponse::of(status, "text/x.tlog.size", to_bytes(answer.why + "\n"));
    return HttpResponse::text(status, answer.why + "\n");
}

}  // namespace

Result<protocol::SharedPolicy> Cosigner::policy_of(CaseId const& id) {
    auto const record = TRY(premises_.files.record(id));
    return premises_.files.policy(id, record->policy);
}

Result<bool> Cosigner::take_card(CaseId const& id, Envelope const& envelope) {
    auto const policy = TRY(policy_of(id));
    auto const claimed = TRY(peek<LogCard>(envelope));
    if (claimed.guardian == premises_.id) return false;
    std::lock_guard lock(cards_mutex_);
    LogCards known;
    auto const rows = TRY(premises_.rows().scan(
        Table::custody, custody_key::cards(claimed.guardian), "", log_generation_max));
    for (auto const& [key, row] : rows) {
        auto const card = TRY(parse_envelope(row, document_bytes_max));
        TRY(take_log_card(known, card, policy->value()));
    }
    auto const before = known.size();
    auto const taken = TRY(take_log_card(known, envelope, policy->value()));
    if (!taken) {
        premises_.log.tell("log-card", "a guardian shows two logs as the same one", id);
        return false;
    }
    if (known.size() == before) return true;
    auto const& card = known.at({claimed.guardian, claimed.generation});
    TRY(premises_.rows().commit(
        {{Table::custody, custody_key::card(claimed.guardian, claimed.generation),
          to_bytes(write_envelope(card.envelope()))}}));
    return true;
}

Result<LogCards> Cosigner::cards(CaseId const& id) {
    auto const policy = TRY(policy_of(id));
    LogCards cards;
    auto const own = TRY(log_.cards());
    for (auto const& card : own) { TRY(take_log_card(cards, card, policy->value())); }
    for (auto const& guardian : policy->value().guardians) {
        auto const rows = TRY(premises_.rows().scan(
            Table::custody, custody_key::cards(guardian.id()), "", log_generation_max));
        for (auto const& [key, row] : rows) {
            auto const card = TRY(parse_envelope(row, document_bytes_max));
            TRY(take_log_card(cards, card, policy->value()));
        }
    }
    return cards;
}

Result<std::optional<Signed<LogCard>>> Cosigner::known_card(CaseId const& id, LogName const& log) {
    auto const policy = TRY(policy_of(id));
    auto const row =
        TRY(premises_.rows().get(Table::custody, custody_key::card(log.guardian, log.generation)));
    auto const* guardian = policy->value().find(log.guardian);
    if (!row || guardian == nullptr) return std::optional<Signed<LogCard>>();
    auto envelope = TRY(parse_envelope(*row, document_bytes_max));
    auto card = TRY(Signed<LogCard>::open(std::move(envelope), guardian->key));
    return std::optional<Signed<LogCard>>(std::move(card));
}

HttpResponse Cosigner::add_checkpoint(CaseId const& id, ByteView body) {
    auto const request = tlog::parse_add_checkpoint(as_text(body));
    if (!request.ok()) return HttpResponse::text(400, request.error().what + "\n");
    auto answer = judge(id, *request);
    if (answer.ok()) return answer.take();
    premises_.log.tell(answer.error(), id);
    return HttpResponse::text(503, "this guardian cannot cosign at the moment\n");
}

Result<HttpResponse> Cosigner::judge(CaseId const& id, tlog::AddCheckpoint const& request) {
    auto const origin = std::string(origin_of(request.checkpoint));
    std::optional<tlog::VerifierKey> key;
    if (auto const log = parse_log_origin(origin); log.ok() && log->guardian != premises_.id) {
        auto const card = TRY(known_card(id, *log));
        if (card) key = (*card)->log;
    }
    auto const row_key = custody_key::seen(origin);
    std::lock_guard lock(stripes_[std::hash<std::string>{}(origin) % stripes_.size()]);
    auto const row = TRY(premises_.rows().get(Table::custody, row_key));
    auto const seen = TRY(read_seen(row));
    auto const answer = tlog::judge_add_checkpoint(request, key, seen);
    if (answer.kind != tlog::WitnessAnswer::Kind::good) {
        if (answer.kind == tlog::WitnessAnswer::Kind::inconsistent)
            premises_.log.tell("log-split", "a guardian's log contradicts what it was: " + origin,
                               id);
        return answer_of(answer);
    }
    auto const seconds =
        std::max<std::int64_t>(premises_.now().since_epoch_ms() / 1000, 1);  // 0 means no clock
    auto const signature =
        tlog::cosign(tlog::write_checkpoint(answer.checkpoint), cosigner_name(premises_.id),
                     log_.cosigner(), static_cast<std::uint64_t>(seconds));
    TRY(premises_.rows().commit(
        {{Table::custody, row_key,
          to_bytes(cosigned_note(request.checkpoint, origin, signature))}}));
    return HttpResponse::text(200, tlog::write_signature_line(signature));
}

HttpResponse Cosigner::last_cosigned(std::string_view origin_hash) {
    auto const missing = HttpResponse::text(404, "nothing was cosigned of such a log\n");
    auto const hash = from_hex_exact<32>(origin_hash);
    if (!hash.ok()) return missing;
    auto const row = premises_.rows().get(Table::custody, "o/" + to_hex(*hash));
    if (!row.ok() || !*row) return missing;
    return HttpResponse::of(200, "text/plain; charset=utf-8", **row);
}

}  // namespace exhibit::guard
