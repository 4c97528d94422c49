#include "guard/guardian/custody_exchange.hpp"

#include <algorithm>

#include "case/custody_evidence.hpp"
#include "guard/wire/wire.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t record_bytes_max = 8u << 20;  // that is kept of another guardian
constexpr auto granularity = Duration::ms(200);
// Seconds after the time before. In a drill all of this shrinks.
constexpr std::int64_t pauses[] = {1, 4, 30, 300, 3'600, 6 * 3'600};
constexpr std::int64_t drill_pauses[] = {1, 2, 3, 5, 10, 60, 600};
constexpr unsigned attempts_max = 300;  // some two months

Duration pause_after(unsigned attempts, bool drill) {
    auto const pick = [attempts](auto const& list) {
        return Duration::seconds(list[std::min<std::size_t>(attempts, std::size(list) - 1)]);
    };
    return drill ? pick(drill_pauses) : pick(pauses);
}

std::string record_key(CaseId const& id, GuardianId const& guardian) {
    return "r/" + id.text() + "/" + guardian.hex();
}

}  // namespace

CustodyExchange::CustodyExchange(Premises const& premises, Doorman& doorman, CustodyDesk& desk,
                                 std::string socks5_proxy)
    : premises_(premises),
      doorman_(doorman),
      desk_(desk),
      socks5_proxy_(std::move(socks5_proxy)),
      due_(premises.now, granularity,
           [this](CaseId const& id) { asking_.post([this, id] { ask_now(id); }); }) {}

Outcome CustodyExchange::start(News news) {
    news_ = std::move(news);
    std::string after;
    while (true) {
        auto const page = TRY(premises_.rows().scan(Table::releases, "", after, 200));
        if (page.empty()) return {};
        after = page.back().first;
        for (auto const& [key, row] : page) {
            auto const id = TRY(CaseId::parse(std::string_view(key).substr(0, key.find('/'))));
            follow(id);
        }
    }
}

void CustodyExchange::stop() {
    due_.stop();
    asking_.stop();
}

void CustodyExchange::follow(CaseId const& id) {
    {
        std::lock_guard lock(mutex_);
        attempts_[id] = 0;
    }
    due_.no_later_than(id, premises_.now() + Duration::seconds(1));
}

void CustodyExchange::ask_now(CaseId const& id) {
    auto const later = [&](Error const& error) {
        premises_.log.tell(error, id);
        due_.no_later_than(id, premises_.now() + Duration::minutes(1));
    };
    auto const record = premises_.files.record(id);
    if (!record.ok()) return later(record.error());
    auto const policy = premises_.files.policy(id, (*record)->policy);
    if (!policy.ok()) return later(policy.error());
    bool news = false;
    for (auto const& entry : (*record)->directory->entries) {
        if (entry.guardian == premises_.id) continue;
        auto const asked = ask(id, entry, (*policy)->value());
        // Who does not answer is asked again; who answers nonsense is told of.
        if (!asked.ok() && asked.error().fault == Fault::input)
            premises_.log.tell(asked.error(), id);
        news = news || (asked.ok() && *asked);
    }
    // Ours has grown, too: at least the release itself was logged.
    unsigned attempts = 0;
    {
        std::lock_guard lock(mutex_);
        attempts = ++attempts_[id];
    }
    if (attempts < attempts_max)
        due_.no_later_than(id, premises_.now() + pause_after(attempts, (*record)->drill));
    if (news_ && (news || attempts <= std::size(drill_pauses))) news_(id);
}

Result<std::optional<CustodyRecord>> CustodyExchange::kept(CaseId const& id,
                                                           GuardianId const& guardian) {
    auto const row = TRY(premises_.rows().get(Table::custody, record_key(id, guardian)));
    if (!row) return std::optional<CustodyRecord>();
    auto record = TRY(parse_custody_record(*row));
    return std::optional<CustodyRecord>(std::move(record));
}

Result<bool> CustodyExchange::ask(CaseId const& id, Directory::Entry const& entry,
                                  Policy const& policy) {
    ClientOptions options;
    options.socks5_proxy = socks5_proxy_;
    options.connect_timeout_ms = 5'000;
    options.total_timeout_ms = 60'000;
    auto client = TRY(client_for(entry, std::move(options)));
    auto const path = case_path(id, "custody");
    HttpCall call;
    call.url = entry.address.url() + path;
    call.headers = {{std::string(peer_header), doorman_.peer_request(id, path)}};
    call.answer_limit_bytes = record_bytes_max;
    auto const answer = TRY(client.send(call));
    if (answer.status != 200) return world_error(entry.name + " shows nothing").coded("peer");
    auto shown = TRY(parse_custody_record(answer.body));
    if (shown.guardian != entry.guardian)
        return bad_input(entry.name + " shows the record of another guardian").coded("peer-lies");
    auto const before = TRY(kept(id, entry.guardian));
    std::vector<CustodyRecord> both;
    if (before) both.push_back(*before);
    both.push_back(std::move(shown));
    auto const merged = merge_custody(both, policy);
    if (merged.empty()) return false;
    auto const text = write_json(write_custody_record(merged.front()));
    if (before && write_json(write_custody_record(*before)) == text) return false;
    TRY(premises_.rows().commit(
        {{Table::custody, record_key(id, entry.guardian), to_bytes(text)}}));
    return true;
}

Result<std::vector<CustodyRecord>> CustodyExchange::all(CaseId const& id) {
    std::vector<CustodyRecord> records;
    auto own = TRY(desk_.record(id, std::nullopt, true));
    records.push_back(std::move(own));
    auto const record = TRY(premises_.files.record(id));
    for (auto const& entry : record->directory->entries) {
        if (entry.guardian == premises_.id) continue;
        auto shown = TRY(kept(id, entry.guardian));
        if (shown) records.push_back(std::move(*shown));
    }
    return records;
}

}  // namespace exhibit::guard
