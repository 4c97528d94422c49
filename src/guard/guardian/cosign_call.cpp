#include "guard/guardian/cosign_call.hpp"

#include "crypto/hash.hpp"
#include "formats/tlog/witness.hpp"
#include "guard/wire/wire.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t answer_max = 64 * 1024;

}  // namespace

Result<HttpAnswer> CosignCall::call(std::string method, std::string_view rest,
                                    std::string const& body) {
    auto const path = case_path(peer_.case_id, rest);
    HttpCall call;
    call.method = std::move(method);
    call.url = peer_.entry.address.url() + path;
    call.headers = {{std::string(peer_header), doorman_.peer_request(peer_.case_id, path)}};
    if (!body.empty()) call.headers.add("Content-Type", "text/plain; charset=utf-8");
    call.body = to_bytes(body);
    call.answer_limit_bytes = answer_max;
    return client_.send(call);
}

// Our own signature on another card of this generation: we have forgotten a whole log.
Outcome CosignCall::look_at_known_card(CosignTarget const& target, ByteView body) {
    auto envelope = TRY(parse_envelope(body, document_bytes_max));
    auto const known =
        Signed<LogCard>::open(std::move(envelope), premises_.keys.signing.public_key());
    if (!known.ok() || known->value().generation != target.log->number() ||
        known->digest() == document_digest(target.log->card()))
        return {};
    return world_error(peer_.entry.name + " knows a log of ours that is not here")
        .coded("rolled-back");
}

Outcome CosignCall::swap_cards(CosignTarget const& target) {
    auto const answer = TRY(call("POST", "log/card", write_envelope(target.log->card())));
    if (answer.status == 409) { TRY(look_at_known_card(target, answer.body)); }
    if (answer.status != 200)
        return world_error(peer_.entry.name + " does not take our log's card").coded("cosign");
    auto const envelope = TRY(parse_envelope(answer.body, document_bytes_max));
    auto const taken = TRY(cosigner_.take_card(peer_.case_id, envelope));
    if (!taken)
        return bad_input(peer_.entry.name + " shows another card than before").coded("cosign");
    return {};
}

Result<std::optional<tlog::VerifierKey>> CosignCall::key() {
    auto const cards = TRY(cosigner_.cards(peer_.case_id));
    for (auto const& [name, card] : cards) {
        if (name.guardian == peer_.entry.guardian) return std::optional(card->cosigner);
    }
    return std::optional<tlog::VerifierKey>();
}

Result<HttpAnswer> CosignCall::submit(CosignTarget const& target, std::uint64_t old_size) {
    tlog::AddCheckpoint request;
    request.old_size = old_size;
    if (old_size > 0) {
        request.path =
            TRY(target.log->entries().consistency(old_size, target.state.checkpoint.size));
    }
    request.checkpoint = tlog::write_note(target.state.note);
    return call("POST", "cosigner/add-checkpoint", tlog::write_add_checkpoint(request));
}

// It says that it has seen another state than ours. Only a state that our own key signed makes us
// believe that.
Error CosignCall::behind(CosignTarget const& target) {
    auto const origin = target.state.checkpoint.origin;
    auto const nothing = world_error(peer_.entry.name + " does not cosign our log").coded("cosign");
    auto const answer = call("GET", "cosigner/" + to_hex(sha256(origin)) + "/checkpoint", {});
    if (!answer.ok() || answer->status != 200) return nothing;
    auto const note = tlog::parse_note(as_text(answer->body));
    auto const card = peek<LogCard>(target.log->card());
    if (!note.ok() || !card.ok()) return nothing;
    auto const opened = tlog::open_checkpoint(*note, card->log, {});
    if (!opened.ok()) return nothing;
    auto const& seen = opened->checkpoint;
    auto const here = target.log->entries().root_at(seen.size);
    if (here.ok() && *here == seen.root) return nothing;
    return world_error(peer_.entry.name + " has seen a state of our log that is not here")
        .coded("rolled-back");
}

Result<tlog::NoteSignature> CosignCall::read(CosignTarget const& target, HttpAnswer const& answer) {
    auto const verifier = TRY(key());
    auto lines = TRY(tlog::parse_signature_lines(as_text(answer.body)));
    for (auto& line : lines) {
        auto const raw = verifier ? verifier->ed25519() : std::nullopt;
        if (!raw || line.name != verifier->name || line.key_id != verifier->id) continue;
        if (tlog::cosignature_time(target.state.note.text, line, *raw)) return std::move(line);
    }
    return bad_input(peer_.entry.name + " answers with a cosignature that does not hold")
        .coded("cosign");
}

Result<tlog::NoteSignature> CosignCall::ask(CosignTarget const& target, CosignMemory& memory) {
    auto const generation = target.log->number();
    if (memory.generation != generation) memory = {generation, 0};
    auto const known = TRY(key());
    if (!known) { TRY(swap_cards(target)); }
    auto const size = target.state.checkpoint.size;
    auto answer = TRY(submit(target, std::min(memory.size, size)));
    // It does not know this log, or knows another one by its name.
    if (answer.status == 404 || answer.status == 403) {
        TRY(swap_cards(target));
        answer = TRY(submit(target, std::min(memory.size, size)));
    }
    if (answer.status == 409) {
        auto text = as_text(answer.body);
        if (text.ends_with('\n')) text.remove_suffix(1);
        auto const seen = TRY(tlog::parse_size(text));
        if (seen > size) return behind(target);
        memory.size = seen;
        answer = TRY(submit(target, seen));
    }
    if (answer.status == 422) return behind(target);
    if (answer.status != 200)
        return world_error(peer_.entry.name + " answers " + std::to_string(answer.status))
            .coded("cosign");
    auto signature = TRY(read(target, answer));
    memory.size = size;
    return signature;
}

}  // namespace exhibit::guard
