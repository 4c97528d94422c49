#include "guard/guardian/cosign_rounds.hpp"

#include <algorithm>

namespace exhibit::guard {
namespace {

constexpr auto gather = std::chrono::milliseconds(50);
constexpr auto patience = std::chrono::milliseconds(300);
constexpr auto round_most = std::chrono::seconds(15);
constexpr auto pause_first = std::chrono::seconds(1);
constexpr auto pause_most = std::chrono::seconds(300);

std::chrono::steady_clock::duration pause_after(unsigned failures) {
    if (failures == 0) return {};
    return std::min<std::chrono::steady_clock::duration>(
        pause_most, pause_first * (1U << std::min(failures - 1, 12U)));
}

}  // namespace

CosignRounds::CosignRounds(Premises const& premises, CustodyLog& log, Cosigner& cosigner,
                           Doorman& doorman, CosignOptions options)
    : premises_(premises),
      log_(log),
      cosigner_(cosigner),
      doorman_(doorman),
      options_(std::move(options)),
      asking_(options_.threads) {}

Outcome CosignRounds::start() {
    auto const ids = TRY(premises_.files.all());
    for (auto const& id : ids) {
        auto const last = TRY(log_.last_place(id));
        if (!last) continue;
        auto const good = TRY(
            premises_.rows().get(Table::custody, custody_key::good(id.text(), last->generation)));
        custody_key::Place proven;
        if (good) {
            if (auto const place = custody_key::place_in(as_text(*good)); place.ok())
                proven = *place;  // else as if none were proven: it is asked for again
        }
        if (proven.number <= last->number) want(id);
    }
    thread_ = std::thread([this] { run(); });
    return {};
}

void CosignRounds::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
    asking_.stop();
}

void CosignRounds::want(CaseId const& id) {
    {
        std::lock_guard lock(mutex_);
        wanted_.insert(id);
        fresh_ = true;
    }
    changed_.notify_all();
}

Result<CosignRounds::Cosigned> CosignRounds::round_of_all() {
    std::unique_lock lock(mutex_);
    all_wanted_ = true;
    fresh_ = true;
    auto const mine = begun_ + 1;
    changed_.notify_all();
    changed_.wait(lock, [&] { return stopping_ || ended_ >= mine; });
    if (ended_ < mine || !last_) return world_error("this guardian stops").coded("stopped");
    return *last_;
}

bool CosignRounds::Round::satisfied(CaseId const& id) const {
    auto const& need = cases.at(id);
    auto const have = std::ranges::count_if(
        need.cosigners, [this](GuardianId const& guardian) { return state.by.contains(guardian); });
    return static_cast<unsigned>(have) >= need.needed;
}

bool CosignRounds::Round::over() const {
    auto const has_enough = [this](auto const& one) { return satisfied(one.first); };
    return open == 0 || (!of_all && std::ranges::all_of(cases, has_enough));
}

void CosignRounds::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        auto const called = [&] {
            return stopping_ || fresh_ || (somebody_is_back_ && !waiting_.empty());
        };
        if (waiting_.empty()) {
            changed_.wait(lock, called);
        } else {
            changed_.wait_until(lock, retry_at_, called);
        }
        // What comes at the same time shares the round.
        if (!stopping_) changed_.wait_for(lock, gather, [&] { return stopping_; });
        if (stopping_) break;
        auto demanded = std::exchange(wanted_, {});
        bool const back = std::exchange(somebody_is_back_, false);
        bool const retry = !waiting_.empty() && (back || Steady::now() >= retry_at_);
        if (retry) demanded.merge(std::exchange(waiting_, {}));
        bool const of_all = std::exchange(all_wanted_, false);
        fresh_ = false;
        ++begun_;
        auto const held = hold_round(lock, demanded, of_all);
        if (!held.ok()) {
            if (std::string_view(held.error().code) != "empty") {
                premises_.log.tell(held.error());
                waiting_.insert(demanded.begin(), demanded.end());
            }
            last_ = Result<Cosigned>(held.error());
        }
        plan_retry(retry);
        ended_ = begun_;
        changed_.notify_all();
    }
    changed_.notify_all();
}

void CosignRounds::plan_retry(bool was_retry) {
    if (waiting_.empty()) {
        failures_ = 0;
    } else if (was_retry || failures_ == 0) {
        failures_ = std::min(failures_ + 1, 16U);
        retry_at_ = Steady::now() + pause_after(failures_);
    }
}

Result<std::map<GuardianId, CosignPeer>> CosignRounds::who_may(
    Round& round, std::set<CaseId> const& cases) const {
    std::map<GuardianId, CosignPeer> peers;
    for (auto const& id : cases) {
        auto const record = premises_.files.record(id);
        if (!record.ok() && std::string_view(record.error().code) == "not-found") continue;
        if (!record.ok()) return record.error();
        auto const policy = TRY(premises_.files.policy(id, (*record)->policy));
        Need need;
        need.needed = cosigners_needed(policy->value().quorum);
        for (auto const& entry : (*record)->directory->entries) {
            if (entry.guardian == premises_.id) continue;
            need.cosigners.insert(entry.guardian);
            peers.try_emplace(entry.guardian, CosignPeer{entry, id});
        }
        round.cases.emplace(id, std::move(need));
    }
    return peers;
}

Outcome CosignRounds::hold_round(std::unique_lock<std::mutex>& lock,
                                 std::set<CaseId> const& demanded, bool of_all) {
    auto const round = std::make_shared<Round>();
    round->demanded = demanded;
    round->of_all = of_all;
    lock.unlock();
    round->target.log = log_.current();
    auto const begin = [&]() -> Result<std::map<GuardianId, CosignPeer>> {
        if (!round->target.log) return world_error("the custody log cannot be read").coded("log");
        round->target.state = TRY(round->target.log->publish());
        round->state.note = round->target.state.note;
        auto cases = demanded;
        if (of_all) {
            auto const all = TRY(premises_.files.all());
            cases.insert(all.begin(), all.end());
        }
        return who_may(*round, cases);
    };
    auto const peers = begin();
    lock.lock();
    if (!peers.ok()) return peers.error();
    for (auto const& [guardian, peer] : *peers) {
        auto& line = lines_[guardian];
        if (line.busy || line.not_before > Steady::now()) continue;
        line.busy = true;
        ++round->open;
        asking_.post([this, round, peer = peer] { ask(round, peer); });
    }
    changed_.wait_for(lock, round_most, [&] { return stopping_ || round->over(); });
    // Who is only a little slower than the others should be on it, too.
    changed_.wait_for(lock, patience, [&] { return stopping_ || round->open == 0; });
    round->closed = true;
    for (auto const& id : round->demanded) {
        bool const waits = round->cases.contains(id) && !round->satisfied(id);
        if (waits) waiting_.insert(id);
        if (!waits) waiting_.erase(id);
    }
    auto const copy = *round;
    lock.unlock();
    auto kept = keep(copy);
    lock.lock();
    last_ = Result<Cosigned>(
        Cosigned{copy.target.log->number(), copy.state, copy.target.state.checkpoint.size});
    return kept;
}

void CosignRounds::ask(std::shared_ptr<Round> const& round, CosignPeer const& peer) {
    auto const& guardian = peer.entry.guardian;
    CosignMemory memory;
    {
        std::lock_guard lock(mutex_);
        memory = lines_[guardian].memory;
    }
    auto const answered = [&]() -> Result<tlog::NoteSignature> {
        ClientOptions options;
        options.socks5_proxy = options_.socks5_proxy;
        options.connect_timeout_ms = options_.connect_timeout_ms;
        options.total_timeout_ms = options_.total_timeout_ms;
        auto client = TRY(client_for(peer.entry, std::move(options)));
        return CosignCall(premises_, cosigner_, doorman_, client, peer).ask(round->target, memory);
    }();
    bool const lost = !answered.ok() && std::string_view(answered.error().code) == "rolled-back";
    if (lost) {
        premises_.log.tell(answered.error(), peer.case_id);
        log_.give_up(round->target.log->number());
    }
    {
        std::lock_guard lock(mutex_);
        auto& line = lines_[guardian];
        line.busy = false;
        line.memory = memory;
        if (answered.ok() && (line.failures > 0 || round->closed)) somebody_is_back_ = true;
        line.failures = answered.ok() || lost ? 0 : std::min(line.failures + 1, 16U);
        line.not_before = Steady::now() + pause_after(line.failures);
        if (answered.ok()) round->state.by.insert_or_assign(guardian, *answered);
        --round->open;
    }
    changed_.notify_all();
}

// A state that is good for new events of a case stays, for them: it says earliest that they were
// there.
Outcome CosignRounds::keep(Round const& round) {
    auto& rows = premises_.rows();
    auto const generation = round.target.log->number();
    auto const size = round.target.state.checkpoint.size;
    auto const key = custody_key::cosigned(generation, size);
    Batch batch;
    for (auto const& [id, need] : round.cases) {
        if (!round.satisfied(id)) continue;
        auto const newest = custody_key::good(id.text(), generation);
        auto const before = TRY(rows.get(Table::custody, newest));
        auto const last = TRY(log_.last_place(id));
        custody_key::Place proven;
        if (before) proven = TRY(custody_key::place_in(as_text(*before)));
        if (!last || last->generation != generation || last->number < proven.number) continue;
        batch.push_back({Table::custody, newest, to_bytes(key)});
        batch.push_back(
            {Table::custody, custody_key::good_at(id.text(), generation, size), Bytes{1}});
    }
    if (batch.empty()) return {};
    batch.push_back({Table::custody, key, write_cosigned(round.state)});
    return rows.commit(std::move(batch));
}

Result<std::optional<CosignRounds::Cosigned>> CosignRounds::cosigned_at(std::string const& key) {
    auto const row = TRY(premises_.rows().get(Table::custody, key));
    if (!row) return std::optional<Cosigned>();
    auto const place = TRY(custody_key::place_in(key));
    auto state = TRY(parse_cosigned(*row));
    return std::optional(Cosigned{place.generation, std::move(state), place.number});
}

Result<std::optional<CosignRounds::Cosigned>> CosignRounds::newest_for(CaseId const& id,
                                                                       unsigned generation) {
    auto const key =
        TRY(premises_.rows().get(Table::custody, custody_key::good(id.text(), generation)));
    if (!key) return std::optional<Cosigned>();
    return cosigned_at(to_string(*key));
}

Result<std::optional<CosignRounds::Cosigned>> CosignRounds::first_for(CaseId const& id,
                                                                      unsigned generation,
                                                                      std::uint64_t index) {
    // Keys are in the order of sizes; the state must have more entries than the index.
    auto const after = custody_key::good_at(id.text(), generation, index);
    auto const prefix = after.substr(0, after.rfind('/') + 1);
    auto const page = TRY(premises_.rows().scan(Table::custody, prefix, after, 1));
    if (page.empty()) return std::optional<Cosigned>();
    auto const place = TRY(custody_key::place_in(page.front().first));
    return cosigned_at(custody_key::cosigned(generation, place.number));
}

}  // namespace exhibit::guard
