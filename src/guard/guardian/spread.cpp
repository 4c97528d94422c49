#include "guard/guardian/spread.hpp"

#include <algorithm>
#include <set>

#include "guard/wire/wire.hpp"

namespace exhibit::guard {
namespace {

constexpr auto drill_pause = Duration::ms(1'500);
constexpr auto pause_first = Duration::seconds(5);
constexpr auto pause_most = Duration::hours(1);
constexpr unsigned offers_of_round_max = 256;    // to one guardian
constexpr std::size_t receipt_bytes_max = 2048;  // of its payload; one has some 500 bytes
// A malicious guardian can make up exhibits without end. What nobody has vouched for yet may take
// this many rows and half of the room, so that neither the witness nor what it vouches for finds
// the guardian full.
constexpr std::size_t unvouched_max = 2048;

Duration pause_after(unsigned attempts, bool drill) {
    if (drill) return drill_pause;
    auto pause = pause_first;
    for (unsigned i = 0; i < attempts && pause < pause_most; ++i) pause = pause * 2;
    return std::min(pause, pause_most);
}

}  // namespace

Spread::Spread(Premises const& premises, Doorman& doorman, Uploads& uploads, Exhibits& exhibits,
               Peers& peers, SpreadOptions options)
    : premises_(premises),
      doorman_(doorman),
      uploads_(uploads),
      exhibits_(exhibits),
      peers_(peers),
      options_(std::move(options)),
      pulling_(options_.pull_threads),
      due_(premises.now, options_.poll,
           [this](CaseId const& id) { offering_.post([this, id] { offer_now(id); }); }) {}

void Spread::stop() {
    stopping_ = true;
    due_.stop();
    offering_.stop();
    pulling_.stop();
}

void Spread::offer(CaseId const& id, Duration in) {
    {
        std::lock_guard lock(mutex_);
        attempts_.erase(id);
    }
    due_.no_later_than(id, premises_.now() + in);
}

void Spread::offer_now(CaseId const& id) {
    auto const record = premises_.files.record(id);
    if (!record) {
        if (std::string_view(record.error().code) != "not-found")
            due_.no_later_than(id, premises_.now() + Duration::minutes(1));
        return;
    }
    auto const exhibits_done = offer_exhibits(id, *record);
    if (!exhibits_done) premises_.log.tell(exhibits_done.error(), id);
    auto const vouched_done = fetch_vouched(id, *record);
    std::lock_guard lock(mutex_);
    if (exhibits_done.ok() && *exhibits_done && vouched_done.ok() && *vouched_done) {
        attempts_.erase(id);
        return;
    }
    auto& attempts = attempts_[id];
    due_.no_later_than(id, premises_.now() + pause_after(attempts, (*record)->drill));
    attempts = std::min(attempts + 1, 32U);
}

Result<bool> Spread::offer_exhibits(CaseId const& id, SharedRecord const& record) {
    bool confirmed = true;
    auto const held = TRY(exhibits_.all(id));
    for (auto const& entry : record->directory->entries) {
        if (entry.guardian == premises_.id) continue;
        unsigned offered = 0;
        for (auto const& exhibit : held) {
            auto const has = TRY(exhibits_.has_receipt_of(id, exhibit.number, entry.guardian));
            if (has) continue;
            confirmed = false;
            auto const receipt = TRY(exhibits_.own_receipt(id, exhibit.number));
            peers_.send(id, entry, receipt);
            if (++offered >= offers_of_round_max) break;
        }
    }
    return confirmed;
}

void Spread::send_to_others(CaseId const& id, SharedRecord const& record,
                            Envelope const& envelope) {
    for (auto const& entry : record->directory->entries) {
        if (entry.guardian != premises_.id) peers_.send(id, entry, envelope);
    }
}

// Do we want what this receipt is for? Also when we hold something else under the number: anybody
// among the guardians can sign a statement with a key of his own, so what the witness vouched for
// wins over what was merely pulled.
Result<bool> Spread::wants(CaseId const& id, Signed<ExhibitReceipt> const& receipt) {
    auto const held = TRY(exhibits_.find(id, receipt->number));
    if (!held) return true;  // has_room_for looks closer, when it is pulled
    if (held->statement_digest == receipt->statement || held->from_witness) return false;
    auto const vouched = TRY(vouched_list(id));
    auto const lists = [&](DocumentDigest const& digest) {
        return std::ranges::find(vouched.statements, digest) != vouched.statements.end();
    };
    return lists(receipt->statement) && !lists(held->statement_digest);
}

Result<VouchedList> Spread::vouched_list(CaseId const& id) {
    auto const state = TRY(premises_.files.state(id));
    auto const text =
        TRY(premises_.rows().get(Table::settings, CaseFiles::vouched_key(id, state.last->vouched)));
    if (!text) return VouchedList();
    return VouchedList::parse(as_text(*text));
}

Result<bool> Spread::has_room_for(CaseId const& id, Signed<ExhibitReceipt> const& receipt) {
    auto const vouched = TRY(vouched_list(id));
    std::set<DocumentDigest> const listed(vouched.statements.begin(), vouched.statements.end());
    if (listed.contains(receipt->statement)) return true;
    auto const record = TRY(premises_.files.record(id));
    auto const held = TRY(exhibits_.all(id));
    std::size_t rows = 0;
    std::uint64_t bytes = 0;
    for (auto const& one : held) {
        if (one.from_witness || listed.contains(one.statement_digest)) continue;
        ++rows;
        bytes += one.size_bytes;
    }
    auto const room = record->quota_bytes / 2;
    return rows < unvouched_max && bytes <= room && receipt->size_bytes <= room - bytes;
}

Result<std::optional<Envelope>> Spread::take_receipt(CaseId const& id, Envelope envelope) {
    auto const record = TRY(premises_.files.record(id));
    auto const policy = TRY(premises_.files.policy(id, record->policy));
    if (envelope.payload.size() > receipt_bytes_max)
        return bad_input("is too large for a receipt").coded("too-large");
    auto receipt = TRY(open_from_guardian<ExhibitReceipt>(std::move(envelope), policy->value()));
    if (receipt->guardian == premises_.id) return std::optional<Envelope>();
    peers_.heard(receipt->guardian);
    auto const kept = TRY(exhibits_.keep_receipt(id, receipt));
    if (kept) {
        auto ours = TRY(exhibits_.own_receipt(id, receipt->number));
        return std::optional<Envelope>(std::move(ours));
    }
    auto const wanted = TRY(wants(id, receipt));
    if (wanted) {
        begin_pull(id, std::move(receipt));
    } else {
        auto const* entry = record->directory->find(receipt->guardian);
        premises_.log.tell("other-exhibit",
                           (entry ? entry->name : std::string("a guardian")) +
                               " holds something else as exhibit " + show(receipt->number),
                           id);
    }
    return std::optional<Envelope>();
}

// Vouched lists are small and named by their digest: whoever has the text of the newest one will
// do.
Result<bool> Spread::fetch_vouched(CaseId const& id, SharedRecord const& record) {
    auto const state = TRY(premises_.files.state(id));
    auto const digest = state.last->vouched;
    if (digest == VouchedList().digest()) return true;
    auto const key = CaseFiles::vouched_key(id, digest);
    auto const here = TRY(premises_.rows().get(Table::settings, key));
    if (here) return true;
    for (auto const& entry : record->directory->entries) {
        if (entry.guardian == premises_.id) continue;
        ClientOptions options;
        options.socks5_proxy = options_.socks5_proxy;
        options.connect_timeout_ms = 3'000;
        options.total_timeout_ms = 30'000;
        auto client = client_for(entry, std::move(options));
        if (!client) continue;
        auto const path = case_path(id, "vouched/" + digest.hex());
        HttpCall call;
        call.url = entry.address.url() + path;
        call.headers = {{std::string(peer_header), doorman_.peer_request(id, path)}};
        call.answer_limit_bytes = 8u << 20;
        auto const answer = client->send(call);
        if (!answer || answer->status != 200) continue;
        auto const list = VouchedList::parse(as_text(answer->body));
        if (!list || list->digest() != digest) continue;
        TRY(premises_.rows().commit({{Table::settings, key, to_bytes(list->text())}}));
        return true;
    }
    return false;
}

}  // namespace exhibit::guard
