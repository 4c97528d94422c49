#include "guard/guardian/custody_log.hpp"

#include <chrono>
#include <map>
#include <set>

namespace exhibit::guard {
namespace {

constexpr std::size_t group_max = 500;
constexpr std::size_t page_rows = 500;
constexpr auto pause_after_trouble = std::chrono::seconds(1);

}  // namespace

Result<std::unique_ptr<CustodyLog>> CustodyLog::open(Premises const& premises, Path const& data) {
    auto cosigner = TRY(open_or_make_signing_key(data / "keys" / "cosigner.pem"));
    std::unique_ptr<CustodyLog> log(new CustodyLog(premises, data, std::move(cosigner)));
    // A guardian whose log cannot be read still votes; the sequencer tries again.
    if (auto const opened = log->open_current(); !opened.ok()) premises.log.tell(opened.error());
    return log;
}

Outcome CustodyLog::open_current() {
    auto const row = TRY(premises_.rows().get(Table::custody, custody_key::newest));
    unsigned number = 1;
    if (row) {
        auto const parsed = TRY(tlog::parse_size(as_text(*row)));
        number = static_cast<unsigned>(std::min<std::uint64_t>(parsed, log_generation_max));
    }
    auto opened = LogGeneration::open(premises_, data_, number, cosigner_);
    if (!opened.ok() && std::string_view(opened.error().code) == "rolled-back")
        return begin_next(number);
    if (!opened.ok()) return opened.take_error();
    std::lock_guard lock(mutex_);
    current_ = opened.take();
    return {};
}

void CustodyLog::start(Logged logged) {
    logged_ = std::move(logged);
    committed();  // what waited when this guardian stopped
    sequencer_ = std::thread([this] { run(); });
}

void CustodyLog::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (sequencer_.joinable()) sequencer_.join();
}

Write CustodyLog::row_of(CustodyEvent const& event) const {
    VERIFY(!event.tells_content() && !event.prev);
    VERIFY(event.agent.role == CustodyEvent::Agent::Role::guardian &&
           event.agent.key_id == premises_.id.bytes());
    SystemRandom random;
    auto const now = static_cast<std::uint64_t>(premises_.now().since_epoch_ms());
    auto key = custody_key::waiting + custody_key::number(now) + "-" + to_hex(random.bytes<8>());
    return waiting_row(std::move(key), random.bytes<32>(), event);
}

void CustodyLog::committed() {
    {
        std::lock_guard lock(mutex_);
        ++wanted_;
    }
    changed_.notify_all();
}

Outcome CustodyLog::settle() {
    std::unique_lock lock(mutex_);
    auto const mine = wanted_;
    changed_.wait(lock, [&] { return done_ >= mine || trouble_ || stopping_; });
    if (done_ >= mine) return {};
    if (trouble_) return Error(*trouble_);
    return world_error("this guardian stops").coded("stopped");
}

std::shared_ptr<LogGeneration> CustodyLog::current() const {
    std::lock_guard lock(mutex_);
    return current_;
}

Result<std::vector<Envelope>> CustodyLog::cards() const {
    std::vector<Envelope> cards;
    auto const page = TRY(premises_.rows().scan(Table::custody, "card/", "", log_generation_max));
    for (auto const& [key, row] : page) {
        auto card = TRY(parse_envelope(row, document_bytes_max));
        cards.push_back(std::move(card));
    }
    return cards;
}

Result<std::vector<CustodyLog::CaseEvent>> CustodyLog::events(CaseId const& id) const {
    std::vector<CaseEvent> events;
    std::string after;
    auto const prefix = custody_key::events(id.text());
    while (true) {
        auto const page = TRY(premises_.rows().scan(Table::custody, prefix, after, page_rows));
        TRY(read_events(page, events));
        if (page.size() < page_rows) return events;
        after = page.back().first;
    }
}

Result<std::vector<CustodyLog::CaseEvent>> CustodyLog::log_events(unsigned generation,
                                                                  std::uint64_t index,
                                                                  std::size_t most) const {
    auto const of_log = custody_key::of_case(std::nullopt);
    auto const first = custody_key::event(of_log, generation, index);
    auto const prefix = first.substr(0, first.rfind('/') + 1);
    auto const after =
        index == 0 ? std::string() : custody_key::event(of_log, generation, index - 1);
    auto const page = TRY(premises_.rows().scan(Table::custody, prefix, after, most));
    std::vector<CaseEvent> events;
    TRY(read_events(page, events));
    return events;
}

Outcome CustodyLog::read_events(std::vector<Row> const& page, std::vector<CaseEvent>& into) {
    for (auto const& [key, row] : page) {
        auto const place = TRY(custody_key::place_in(key));
        auto event = TRY(parse_logged(place.number, row));
        into.push_back({place.generation, std::move(event)});
    }
    return {};
}

void CustodyLog::give_up(unsigned generation) {
    {
        std::lock_guard lock(mutex_);
        given_up_ = std::max(given_up_, generation);
        ++wanted_;
    }
    changed_.notify_all();
}

void CustodyLog::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [&] { return stopping_ || wanted_ > done_; });
        if (stopping_) return;
        auto const mine = wanted_;
        bool const lost = current_ && given_up_ >= current_->number();
        lock.unlock();
        auto const worked = lost ? begin_next(given_up_) : sequence();
        if (!worked) premises_.log.tell(worked.error());
        lock.lock();
        trouble_ = worked.ok() ? std::nullopt : std::optional(worked.error());
        if (worked.ok() && !lost) done_ = mine;
        changed_.notify_all();
        if (!worked) changed_.wait_for(lock, pause_after_trouble, [&] { return stopping_; });
    }
}

Outcome CustodyLog::sequence() {
    auto log = current();
    if (!log) {
        // A write of the file failed: nobody knows what is in it. The rows do.
        TRY(open_current());
        log = current();
    }
    while (true) {
        auto const page =
            TRY(premises_.rows().scan(Table::custody, custody_key::waiting, "", group_max));
        if (page.empty()) return {};
        std::vector<WaitingEvent> waiting;
        for (auto const& [key, row] : page) {
            auto event = TRY(parse_waiting(key, row));
            waiting.push_back(std::move(event));
        }
        TRY(place(*log, std::move(waiting)));
    }
}

Outcome CustodyLog::place(LogGeneration& log, std::vector<WaitingEvent> waiting) {
    Batch batch;
    std::vector<Digest256> entries;
    std::set<CaseId> cases;
    std::map<std::string, Bytes> last_rows;
    auto index = log.entries().state().size;
    for (auto& one : waiting) {
        auto const of_case = custody_key::of_case(one.event.case_id);
        if (one.event.case_id) {
            one.event.prev = TRY(last_of(of_case));
            cases.insert(*one.event.case_id);
        }
        auto const signed_event =
            Signed<CustodyEvent>::sign(std::move(one.event), premises_.keys.signing);
        last_.put(of_case, signed_event.digest());
        entries.push_back(log_entry(one.salt, signed_event.envelope()));
        batch.push_back({Table::custody, custody_key::event(of_case, log.number(), index),
                         write_logged(one.salt, write_envelope(signed_event.envelope()))});
        batch.push_back(
            {Table::custody, custody_key::entry(log.number(), index), to_bytes(of_case)});
        last_rows[of_case] = custody_key::write_last(signed_event.digest(), {log.number(), index});
        batch.push_back({Table::custody, one.key, std::nullopt});
        ++index;
    }
    for (auto& [of_case, row] : last_rows)
        batch.push_back({Table::custody, custody_key::last(of_case), std::move(row)});
    auto written = premises_.rows().commit(std::move(batch));
    if (written) {
        auto const appended = log.entries().append_all(entries);
        if (!appended) written = appended.error();
    }
    if (!written) {
        for (auto const& id : cases) last_.drop(id.text());
        std::lock_guard lock(mutex_);
        current_.reset();
        return written;
    }
    for (auto const& id : cases)
        if (logged_) logged_(id);
    return {};
}

Result<std::optional<DocumentDigest>> CustodyLog::last_of(std::string const& of_case) {
    if (auto known = last_.get(of_case)) return std::optional(*known);
    auto const row = TRY(premises_.rows().get(Table::custody, custody_key::last(of_case)));
    if (!row) return std::optional<DocumentDigest>();
    auto const text = as_text(*row);
    auto const digest = TRY(DocumentDigest::from_hex(text.substr(0, text.find(' '))));
    return std::optional(digest);
}

Result<std::optional<custody_key::Place>> CustodyLog::last_place(CaseId const& id) const {
    auto const row = TRY(premises_.rows().get(Table::custody, custody_key::last(id.text())));
    if (!row) return std::optional<custody_key::Place>();
    auto const place = TRY(custody_key::place_in(as_text(*row)));
    return std::optional(place);
}

std::shared_ptr<LogGeneration> CustodyLog::generation(unsigned number) {
    std::lock_guard lock(mutex_);
    if (current_ && current_->number() == number) return current_;
    auto& older = older_[number];
    if (!older && number < (current_ ? current_->number() : 1)) {
        auto opened = LogGeneration::open(premises_, data_, number, cosigner_);
        if (opened.ok()) older = opened.take();
    }
    return older;
}

}  // namespace exhibit::guard
