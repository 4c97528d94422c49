#include "guard/guardian/custody_desk.hpp"

#include "guard/guardian/answers.hpp"

namespace exhibit::guard {
namespace {

constexpr std::string_view card_path = "log/card";
constexpr std::string_view checkpoint_path = "log/checkpoint";
constexpr std::string_view log_path = "log/";
constexpr std::string_view cosigner_path = "cosigner/";
constexpr std::string_view submit_path = "cosigner/add-checkpoint";
constexpr std::string_view checkpoint_end = "/checkpoint";
constexpr std::string_view custody_path = "custody";

Error no_such_thing() { return bad_input("not found").coded("not-found"); }

HttpResponse cached(HttpResponse response, char const* how_long) {
    response.headers.add("Cache-Control", how_long);
    return response;
}

}  // namespace

bool CustodyDesk::is_mine(std::string_view method, std::string_view rest) {
    bool const gets = method == "GET" || method == "HEAD";
    if (method == "POST") return rest == card_path || rest == submit_path;
    if (!gets) return false;
    return rest.starts_with(log_path) || rest.starts_with(cosigner_path) || rest == custody_path ||
           rest.starts_with(std::string(custody_path) + "/");
}

bool CustodyDesk::is_for_guardians(std::string_view method, std::string_view rest) {
    return method == "POST" || rest.starts_with(cosigner_path);
}

HttpResponse CustodyDesk::answer(CaseId const& id, std::string_view rest,
                                 HttpRequest const& request, bool whole) {
    auto const made = [&]() -> Result<HttpResponse> {
        if (rest == card_path && request.method == "POST") return swap_cards(id, request.body);
        if (rest == submit_path && request.method == "POST")
            return cosigner_.add_checkpoint(id, request.body);
        if (rest == checkpoint_path) return checkpoint(id);
        if (rest.starts_with(log_path)) return tile(rest.substr(log_path.size()));
        if (rest.starts_with(cosigner_path) && rest.ends_with(checkpoint_end)) {
            rest.remove_prefix(cosigner_path.size());
            return cosigner_.last_cosigned(rest.substr(0, rest.size() - checkpoint_end.size()));
        }
        if (rest == custody_path) return custody(id, {}, whole);
        if (rest.starts_with(std::string(custody_path) + "/"))
            return custody(id, rest.substr(custody_path.size() + 1), whole);
        return no_such_thing();
    }();
    return made.ok() ? *made : answer_error(made.error());
}

Result<HttpResponse> CustodyDesk::swap_cards(CaseId const& id, ByteView body) {
    auto const envelope = TRY(parse_envelope(body, document_bytes_max));
    auto const taken = TRY(cosigner_.take_card(id, envelope));
    if (!taken) {
        // The one that is known here, so that its owner can see that it has forgotten a log.
        auto const claimed = TRY(peek<LogCard>(envelope));
        auto const known = TRY(cosigner_.known_card(id, {claimed.guardian, claimed.generation}));
        if (known) return answer_envelope(409, known->envelope());
        return bad_input("this card is not taken").coded("conflict");
    }
    auto const log = log_.current();
    if (!log) return world_error("the custody log cannot be read").coded("later");
    return answer_envelope(200, log->card());
}

// The newest one that is cosigned by enough of this case's guardians. Cosigners of other cases are
// nobody's business here.
Result<HttpResponse> CustodyDesk::checkpoint(CaseId const& id) {
    auto const log = log_.current();
    if (!log) return world_error("the custody log cannot be read").coded("later");
    auto const good = TRY(rounds_.newest_for(id, log->number()));
    if (!good) return no_such_thing();
    auto const policy = TRY(policy_of(id));
    auto const note = note_for(good->state, policy->value());
    return cached(
        HttpResponse::of(200, "text/plain; charset=utf-8", to_bytes(tlog::write_note(note))),
        "max-age=1");
}

Result<HttpResponse> CustodyDesk::tile(std::string_view path) {
    auto const tile = tlog::parse_tile_path(path);
    auto const log = log_.current();
    if (!tile.ok() || !log) return no_such_thing();
    auto const published = log->published();
    // What is not under a signed state yet is not there.
    if (!published || !tlog::tile_is_within(*tile, published->checkpoint.size))
        return no_such_thing();
    auto body = TRY(log->entries().tile(*tile));
    return cached(HttpResponse::of(200, "application/octet-stream", std::move(body)),
                  "max-age=604800, immutable");
}

Result<HttpResponse> CustodyDesk::custody(CaseId const& id, std::string_view number, bool whole) {
    std::optional<ExhibitNumber> only;
    if (!number.empty()) {
        auto const parsed = parse_exhibit_number(number);
        if (!parsed.ok()) return no_such_thing();
        only = *parsed;
    }
    auto const found = TRY(record(id, only, whole));
    return answer_json(200, write_json(write_custody_record(found)));
}

Result<protocol::SharedPolicy> CustodyDesk::policy_of(CaseId const& id) {
    auto const record = TRY(premises_.files.record(id));
    return premises_.files.policy(id, record->policy);
}

Result<CustodyRecord> CustodyDesk::record(CaseId const& id, std::optional<ExhibitNumber> number,
                                          bool whole) {
    auto const policy = TRY(policy_of(id));
    ShownCase shown(log_, rounds_, book_, id, policy->value());
    auto const events = TRY(log_.events(id));
    for (auto const& event : events) {
        auto const read = TRY(peek<CustodyEvent>(event.logged.event));
        if (number && read.exhibit != number) continue;
        // What happened to the case as a whole is the true ledger's: before a release whoever holds
        // the device must not see it beside what the shadow ledger says.
        if (!whole && !read.exhibit) continue;
        TRY(shown.add(event));
    }
    auto record = TRY(shown.finish());
    record.guardian = premises_.id;
    auto const cards = TRY(cosigner_.cards(id));
    for (auto const& [name, card] : cards) record.cards.push_back(card.envelope());
    return record;
}

}  // namespace exhibit::guard
