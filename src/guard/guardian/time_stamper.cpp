#include "guard/guardian/time_stamper.hpp"

#include <algorithm>

namespace exhibit::guard {
namespace {

constexpr auto look_every = std::chrono::milliseconds(500);
constexpr auto retry_most = Duration::minutes(10);
constexpr auto upgrade_most = Duration::minutes(15);
constexpr auto crl_every = Duration::hours(12);
constexpr auto told_every = Duration::hours(1);
constexpr std::size_t upgrades_of_round_max = 50;
// Of a test chain a block is taken, too, and marked as one wherever it is shown.
constexpr ots::ChainRules any_chain{.easiest_bits = 0x207fffff};

}  // namespace

TimeStamper::TimeStamper(Premises const& premises, CustodyLog& log, CosignRounds& rounds,
                         StampBook& book, TimeSources sources, std::string socks5_proxy,
                         State stating)
    : premises_(premises),
      log_(log),
      rounds_(rounds),
      book_(book),
      sources_(std::move(sources)),
      stating_(std::move(stating)),
      calls_(std::move(socks5_proxy)) {}

Outcome TimeStamper::start() {
    if (sources_.empty()) return {};
    for (auto const& source : sources_.authorities) {
        auto roots = TRY(read_roots(source));
        authorities_.push_back({source, std::move(roots), {}});
    }
    if (auto const log = log_.current()) newest_ = TRY(book_.newest(log->number()));
    thread_ = std::thread([this] { run(); });
    return {};
}

void TimeStamper::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void TimeStamper::note() {
    std::lock_guard lock(mutex_);
    news_ = true;
}

void TimeStamper::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        look();
        lock.lock();
        changed_.wait_for(lock, look_every, [&] { return stopping_; });
    }
}

StampStanding TimeStamper::standing() const {
    StampStanding out{.news = false, .last = {}, .renew = {}, .every = sources_.every};
    if (newest_) {
        out.last = newest_->made;
        for (auto const& token : newest_->tokens)
            out.renew = std::min(out.renew.value_or(token.restamp_before), token.restamp_before);
    }
    std::lock_guard lock(mutex_);
    out.news = news_;
    return out;
}

void TimeStamper::look() {
    auto const now = premises_.now();
    if (stamp_due(standing(), now) != StampDue::no) {
        if (auto const made = stamp(); !made.ok()) tell(made.error());
        retry_at_ = premises_.now() + std::min(sources_.every, retry_most);
    } else if (now >= retry_at_) {
        complete_newest();
        retry_at_ = premises_.now() + std::min(sources_.every, retry_most);
    }
    if (now < upgrade_at_) return;
    upgrade_all();
    upgrade_at_ = premises_.now() + std::min(sources_.every, upgrade_most);
}

Outcome TimeStamper::stamp() {
    {
        std::lock_guard lock(mutex_);
        news_ = false;
    }
    auto cosigned = rounds_.round_of_all();
    if (!cosigned.ok()) {
        if (std::string_view(cosigned.error().code) == "empty") return {};
        note();
        return cosigned.take_error();
    }
    KeptStamp next;
    next.generation = cosigned->generation;
    next.size = cosigned->size;
    next.state = std::move(cosigned->state);
    next.made = premises_.now();
    bool const known =
        newest_ && newest_->generation == next.generation && newest_->size == next.size;
    if (known) return {};
    TRY(keep(next));
    newest_ = std::move(next);
    complete_newest();
    return {};
}

// What the newest stamp lacks.
void TimeStamper::complete_newest() {
    if (!newest_) return;
    for (auto& authority : authorities_) {
        if (newest_->of(authority.source.name) != nullptr) continue;
        if (auto const asked = ask_authority(*newest_, authority); !asked.ok()) tell(asked.error());
    }
    if (newest_->ots.empty() && !sources_.calendars.empty()) {
        if (auto const asked = ask_calendars(*newest_); !asked.ok()) tell(asked.error());
    }
}

Outcome TimeStamper::keep(KeptStamp const& stamp, Batch more) {
    auto batch = StampBook::writes_of(stamp);
    bool const logs = !more.empty();
    for (auto& write : more) batch.push_back(std::move(write));
    TRY(premises_.rows().commit(std::move(batch)));
    if (logs) log_.committed();
    return {};
}

Outcome TimeStamper::ask_authority(KeptStamp& stamp, Authority& authority) {
    auto const& name = authority.source.name;
    auto stamped = TRY(calls_.ask_authority(authority.source, authority.roots, stamp.digest()));
    auto next = stamp;
    next.tokens.push_back(
        {name, stamped.token, stamped.stamp.restamp_before.value_or(stamped.stamp.time), true});
    Batch more;
    for (auto const& der : stamped.certificates)
        more.push_back(StampBook::certificate_write(name, der));
    for (auto const& root : authority.roots)
        more.push_back(StampBook::certificate_write(name, root.der()));
    if (!authority.source.crl.empty() && premises_.now() >= authority.crl_from) {
        auto crl = calls_.fetch_crl(authority.source);
        if (crl.ok()) {
            more.push_back(StampBook::crl_write(name, crl.take()));
            authority.crl_from = premises_.now() + std::min(sources_.every, crl_every);
        } else {
            tell(crl.error());
        }
    }
    more.push_back(log_.row_of(timestamped_event(stating_(), stamp.checkpoint(), stamped.token,
                                                 name, stamped.stamp.time)));
    TRY(keep(next, std::move(more)));
    stamp = std::move(next);
    return {};
}

Outcome TimeStamper::ask_calendars(KeptStamp& stamp) {
    SystemRandom random;
    // A nonce goes over the digest: a calendar does not even learn which state it stamps.
    auto unstamped = ots::make_unstamped({stamp.digest()}, random);
    auto& proof = unstamped.proofs.front();
    std::optional<Error> trouble;
    bool promised = false;
    for (auto const& calendar : sources_.calendars) {
        auto const answer = calls_.submit(calendar, unstamped.tip);
        if (answer.ok())
            promised = ots::attach(proof, unstamped.tip, *answer) || promised;
        else
            trouble = answer.error();
    }
    if (!promised) return trouble ? Outcome(Error(*trouble)) : Outcome();
    auto bytes = ots::write_detached(proof);
    if (bytes.size() > ots_bytes_max)
        return bad_input("calendars answer with too much").coded("ots");
    auto next = stamp;
    next.ots = std::move(bytes);
    TRY(keep(next));
    stamp = std::move(next);
    return {};
}

void TimeStamper::upgrade_all() {
    auto stamps = book_.incomplete(upgrades_of_round_max);
    if (!stamps.ok()) return tell(stamps.error());
    for (auto& stamp : *stamps) {
        if (auto const done = upgrade(stamp); !done.ok()) tell(done.error());
        // What is kept in memory must not write an older proof over a newer one.
        if (newest_ && newest_->generation == stamp.generation && newest_->size == stamp.size) {
            newest_->ots = stamp.ots;
            newest_->complete = stamp.complete;
        }
    }
}

Outcome TimeStamper::upgrade(KeptStamp& stamp) {
    auto proof = TRY(ots::parse_detached(stamp.ots));
    auto const before = proof;
    std::optional<Error> trouble;
    for (auto const& promise : ots::promises(proof, sources_.followed)) {
        auto const answer = calls_.upgrade(promise.calendar, promise.message);
        if (!answer.ok())
            trouble = answer.error();
        else if (*answer)
            (void)ots::attach(proof, promise.message, **answer);
    }
    if (!(proof == before)) {
        auto const bytes = ots::write_detached(proof);
        if (bytes.size() > ots_bytes_max)
            return bad_input("calendars answer with too much").coded("ots");
        TRY(finish(stamp, std::move(proof)));
    }
    return trouble ? Outcome(Error(*trouble)) : Outcome();
}

// A block is said to attest it. With its header at hand that is seen, told in the log, and the
// promises are dropped; without, all is kept as it is.
Outcome TimeStamper::finish(KeptStamp& stamp, ots::Detached proof) {
    auto next = stamp;
    Batch more;
    ots::KnownHeaders headers;
    for (auto const& claim : ots::judge(proof, {}).bitcoin) {
        auto block = TRY(book_.block(claim.height));
        if (!block && !sources_.blocks.empty()) {
            block = TRY(calls_.fetch_block(sources_.blocks, claim.height));
            TRY(book_.keep_block(*block));
        }
        if (!block) continue;
        auto const header = TRY(ots::BlockHeader::from(block->header));
        TRY(headers.give(block->height, header, any_chain));
    }
    auto const judged = ots::judge(proof, headers);
    for (auto const& claim : judged.bitcoin) {
        if (claim.state == ots::BitcoinClaim::State::wrong_root)
            return bad_input("a calendar's proof does not lead to its block").coded("ots");
    }
    if (auto const* best = judged.best()) {
        ots::prune(proof);
        auto const block = TRY(book_.block(best->height));
        VERIFY(block.has_value());
        next.ots = ots::write_detached(proof);
        more.push_back(log_.row_of(
            upgraded_event(stating_(), stamp.checkpoint(), next.ots, *block, best->time)));
        next.complete = true;
    } else {
        next.ots = ots::write_detached(proof);
        next.complete = ots::is_complete(proof) && sources_.blocks.empty();
    }
    TRY(keep(next, std::move(more)));
    stamp = std::move(next);
    return {};
}

void TimeStamper::tell(Error const& error) {
    auto const now = premises_.now();
    auto& last = told_[error.what];
    if (last != WallTime() && now < last + told_every) return;
    if (told_.size() > 100) told_.clear();
    told_[error.what] = now;
    premises_.log.tell(error);
}

}  // namespace exhibit::guard
