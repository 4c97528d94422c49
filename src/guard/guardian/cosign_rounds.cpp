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
    std::string after;
    while (true) {
        auto const page = TRY(premises_.rows().scan(Table::custody, "g/", after, 500));
        if (page.empty()) break;
        after = page.back().first;
        for (auto const& [key, state] : page) ++references_[to_string(state)];
    }
    auto const ids = TRY(premises_.files.all());
    for (auto const& id : ids) {
        auto const last = TRY(log_.last_place(id));
        if (!last) continue;
        auto const good = TRY(
            premises_.rows().get(Table::custody, custody_key::good(id.text(), last->generation)));
        custody_key::Place proven;
        if (good) proven = TRY(custody_key::place_in(as_text(*good)));
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
        auto const pause = pause_after(failures_);
        if (!fresh_ && (wanted_.empty() || failures_ == 0)) {
            changed_.wait(lock, [&] { return stopping_ || fresh_; });
        } else if (!fresh_) {
            changed_.wait_for(lock, pause, [&] { return stopping_ || fresh_; });
        }
        // What comes at the same time shares the round.
        if (!stopping_) changed_.wait_for(lock, gather, [&] { return stopping_; });
        if (stopping_) break;
        auto const demanded = std::exchange(wanted_, {});
        bool const of_all = std::exchange(all_wanted_, false);
        fresh_ = false;
        ++begun_;
        auto const held = hold_round(lock, demanded, of_all);
        if (!held.ok()) {
            if (std::string_view(held.error().code) != "empty") {
                premises_.log.tell(held.error());
                wanted_.insert(demanded.begin(), demanded.end());
            }
            last_ = Result<Cosigned>(held.error());
        }
        failures_ = wanted_.empty() ? 0 : std::min(failures_ + 1, 16U);
        ended_ = begun_;
        changed_.notify_all();
    }
    changed_.notify_all();
}

Result<std::map<GuardianId, CosignPeer>> CosignRounds::who_may(
    Round& round, std::set<CaseId> const& cases) const {
    std::map<GuardianId, CosignPeer> peers;
    for (auto const& id : cases) {
        auto const record = premises_.files.record(id);
        if (!record.ok()) continue;  // a case that is gone
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
        asking_.post([this, round, peer] { ask(round, peer); });
    }
    changed_.wait_for(lock, round_most, [&] { return stopping_ || round->over(); });
    // Who is only a little slower than the others should be on it, too.
    changed_.wait_for(lock, patience, [&] { return stopping_ || round->open == 0; });
    for (auto const& id : round->demanded)
        if (round->cases.contains(id) && !round->satisfied(id)) wanted_.insert(id);
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
        line.failures = answered.ok() || lost ? 0 : std::min(line.failures + 1, 16U);
        line.not_before = Steady::now() + pause_after(line.failures);
        if (answered.ok()) round->state.by.insert_or_assign(guardian, *answered);
        --round->open;
    }
    changed_.notify_all();
}

// Newer states take the place of older ones, for the cases for which they are good.
Outcome CosignRounds::keep(Round const& round) {
    auto& rows = premises_.rows();
    auto const key =
        custody_key::cosigned(round.target.log->number(), round.target.state.checkpoint.size);
    Batch batch;
    auto references = references_;
    for (auto const& [id, need] : round.cases) {
        if (!round.satisfied(id)) continue;
        auto const good = custody_key::good(id.text(), round.target.log->number());
        auto const before = TRY(rows.get(Table::custody, good));
        if (before && as_text(*before) == key) continue;
        batch.push_back({Table::custody, good, to_bytes(key)});
        ++references[key];
        if (before && --references[to_string(*before)] == 0) {
            references.erase(to_string(*before));
            batch.push_back({Table::custody, to_string(*before), std::nullopt});
        }
    }
    if (batch.empty()) return {};
    batch.push_back({Table::custody, key, write_cosigned(round.state)});
    TRY(rows.commit(std::move(batch)));
    references_ = std::move(references);
    return {};
}

Result<std::optional<CosignRounds::Cosigned>> CosignRounds::good_for(CaseId const& id,
                                                                     unsigned generation) {
    auto& rows = premises_.rows();
    auto const key = TRY(rows.get(Table::custody, custody_key::good(id.text(), generation)));
    if (!key) return std::optional<Cosigned>();
    auto const row = TRY(rows.get(Table::custody, as_text(*key)));
    if (!row) return std::optional<Cosigned>();
    auto const place = TRY(custody_key::place_in(as_text(*key)));
    auto state = TRY(parse_cosigned(*row));
    return std::optional(Cosigned{place.generation, std::move(state), place.number});
}

}  // namespace exhibit::guard
