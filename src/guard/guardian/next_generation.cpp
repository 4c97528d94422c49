// CustodyLog, when a log cannot go on: this disk went back in time.
#include "guard/guardian/custody_events.hpp"
#include "guard/guardian/custody_log.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t page_rows = 500;

// What stays in the old log of one case.
struct Kept {
    std::optional<Bytes> last;   // the row of its last event there
    std::optional<WallTime> at;  // when that was
};

// What this guardian did with the case since, it has forgotten.
std::optional<Write> gap_row(Premises const& premises, std::string const& name, Kept const& kept) {
    auto const id = CaseId::parse(name);
    if (!id.ok() || !kept.at) return std::nullopt;
    auto const record = premises.files.record(*id);
    if (!record.ok()) return std::nullopt;
    Stating const by{premises.id, {}, premises.now()};
    auto gap = gap_event(by, *id, (*record)->policy, *kept.at, by.now);
    gap.tool.reset();
    SystemRandom random;
    // Before everything that is logged again.
    return waiting_row(custody_key::waiting + custody_key::number(0) + "-000-" + name,
                       random.bytes<32>(), gap);
}

}  // namespace

// What others can prove of the old log stays in it; everything else is logged again.
Outcome CustodyLog::begin_next(unsigned after) {
    auto const number = after + 1;
    if (number > log_generation_max) return world_error("too many logs were lost").coded("log");
    premises_.log.tell("log-lost",
                       "the custody log is not the one that was published (was this disk restored "
                       "from a backup?); a new one begins, and says so");
    auto batch = TRY(rows_to_wait_again(after));
    batch.push_back({Table::custody, custody_key::newest, to_bytes(std::to_string(number))});
    TRY(premises_.rows().commit(std::move(batch)));
    auto opened = TRY(LogGeneration::open(premises_, data_, number, cosigner_));
    std::lock_guard lock(mutex_);
    current_ = std::move(opened);
    return {};
}

Result<Batch> CustodyLog::rows_to_wait_again(unsigned generation) {
    auto& rows = premises_.rows();
    Batch batch;
    std::string after;
    std::map<std::string, Kept> kept;
    auto const prefix = custody_key::entry(generation, 0).substr(0, 6);
    while (true) {
        auto const page = TRY(rows.scan(Table::custody, prefix, after, page_rows));
        if (page.empty()) break;
        after = page.back().first;
        for (auto const& [key, of_case] : page) {
            auto const place = TRY(custody_key::place_in(key));
            auto const name = to_string(of_case);
            auto const event_key = custody_key::event(name, generation, place.number);
            auto const row = TRY(rows.get(Table::custody, event_key));
            if (!row) continue;
            auto const logged = TRY(parse_logged(place.number, *row));
            auto event = TRY(CustodyEvent::parse_payload(logged.event.payload));
            auto const good = TRY(rows.get(Table::custody, custody_key::good(name, generation)));
            if (good) {
                auto const proven = TRY(custody_key::place_in(as_text(*good)));
                if (place.number < proven.number) {
                    kept[name] = {custody_key::write_last(document_digest(logged.event), place),
                                  event.at};
                    continue;
                }
            }
            kept.try_emplace(name);
            event.prev.reset();
            // It keeps its salt: the old entry and the new one are then known to be one event.
            batch.push_back(waiting_row(custody_key::waiting + custody_key::number(place.number) +
                                            "-" + custody_key::generation_of(generation),
                                        logged.salt, event));
            batch.push_back({Table::custody, event_key, std::nullopt});
            batch.push_back({Table::custody, key, std::nullopt});
        }
        TRY(rows.commit(std::exchange(batch, {})));
    }
    for (auto const& [name, one] : kept) {
        last_.drop(name);
        batch.push_back({Table::custody, custody_key::last(name), one.last});
        if (auto gap = gap_row(premises_, name, one)) batch.push_back(std::move(*gap));
    }
    return batch;
}

}  // namespace exhibit::guard
