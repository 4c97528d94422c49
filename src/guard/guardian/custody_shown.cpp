#include "guard/guardian/custody_shown.hpp"

#include <algorithm>

namespace exhibit::guard {
namespace {

constexpr std::size_t stamps_page = 20;
constexpr std::size_t events_of_log_max = 400;  // looked through for those of one stamp

}  // namespace

tlog::Note note_for(CosignedState const& state, Policy const& policy) {
    auto note = state.note;
    for (auto const& [guardian, signature] : state.by) {
        if (policy.find(guardian) != nullptr) note.signatures.push_back(signature);
    }
    return note;
}

// Stamped by somebody, and cosigned by enough of this case's guardians.
bool ShownCase::is_good(KeptStamp const& stamp) const {
    auto const cosigners = std::ranges::count_if(
        stamp.state.by, [&](auto const& one) { return policy_.find(one.first) != nullptr; });
    return (!stamp.tokens.empty() || !stamp.ots.empty()) &&
           static_cast<unsigned>(cosigners) >= cosigners_needed(policy_.quorum);
}

Result<std::optional<KeptStamp>> ShownCase::stamp_after(unsigned generation, std::uint64_t index) {
    if (last_ && last_->generation == generation && last_->size > index) return last_;
    auto next = index + 1;
    while (true) {
        auto const page = TRY(book_.from(generation, next, stamps_page));
        for (auto const& stamp : page) {
            if (!is_good(stamp)) continue;
            last_ = stamp;
            return last_;
        }
        if (page.size() < stamps_page) return std::optional<KeptStamp>();
        next = page.back().size + 1;
    }
}

Result<std::string> ShownCase::write_proof(CustodyLog::CaseEvent const& event, std::uint64_t size,
                                           CosignedState const& state) {
    auto const log = log_.generation(event.generation);
    if (!log) return std::string();
    auto path = TRY(log->entries().inclusion(event.logged.index, size));
    return tlog::write_proof(make_event_proof(event.logged.salt, event.logged.index,
                                              std::move(path), note_for(state, policy_)));
}

Result<std::string> ShownCase::proof_of(CustodyLog::CaseEvent const& event) {
    auto const index = event.logged.index;
    auto const stamp = TRY(stamp_after(event.generation, index));
    if (stamp) {
        used_.emplace(Place{stamp->generation, stamp->size}, *stamp);
        return write_proof(event, stamp->size, stamp->state);
    }
    if (!good_ || good_->generation != event.generation || good_->size <= index)
        good_ = TRY(rounds_.first_for(id_, event.generation, index));
    return good_ ? write_proof(event, good_->size, good_->state) : std::string();
}

Outcome ShownCase::add(CustodyLog::CaseEvent const& event) {
    auto proof = TRY(proof_of(event));
    record_.events.push_back({event.logged.event, std::move(proof)});
    return {};
}

Result<CustodyRecord> ShownCase::finish() {
    auto const used = used_;
    for (auto const& [place, stamp] : used) { TRY(add_events_of(stamp)); }
    // With those that renew them.
    for (auto const& [place, stamp] : used_) { TRY(add_stamp(stamp)); }
    if (!used_.empty()) {
        record_.certificates = TRY(book_.certificates());
        record_.crls = TRY(book_.crls());
    }
    return std::move(record_);
}

Outcome ShownCase::add_stamp(KeptStamp const& stamp) {
    LogStamp shown{stamp.checkpoint(), {}, stamp.ots};
    for (auto const& token : stamp.tokens) shown.tokens.push_back({token.authority, token.token});
    record_.stamps.push_back(std::move(shown));
    if (stamp.ots.empty()) return {};
    auto const proof = TRY(ots::parse_detached(stamp.ots));
    for (auto const& claim : ots::judge(proof, {}).bitcoin) {
        auto const block = TRY(book_.block(claim.height));
        if (block && std::ranges::find(record_.blocks, *block) == record_.blocks.end())
            record_.blocks.push_back(*block);
    }
    return {};
}

// `timestamped` and `timestamp-upgraded` of this stamp: they belong to no case, and say nothing of
// one.
Outcome ShownCase::add_events_of(KeptStamp const& stamp) {
    auto const digest = stamp.digest();
    auto const events = TRY(log_.log_events(stamp.generation, stamp.size, events_of_log_max));
    for (auto const& event : events) {
        auto const read = TRY(peek<CustodyEvent>(event.logged.event));
        auto const is_of_it = [&](CustodyItem const& item) {
            return item.role == CustodyItem::Role::checkpoint && item.sha256 == digest;
        };
        if (std::ranges::none_of(read.in, is_of_it)) continue;
        std::string proof;
        auto const later = TRY(renewal_of(stamp, event.logged.index));
        if (later) {
            used_.emplace(Place{later->generation, later->size}, *later);
            proof = TRY(write_proof(event, later->size, later->state));
        }
        record_.events.push_back({event.logged.event, std::move(proof)});
    }
    return {};
}

// The newest stamp that has the event, and was made while the certificates behind this one's tokens
// were still good.
Result<std::optional<KeptStamp>> ShownCase::renewal_of(KeptStamp const& stamp,
                                                       std::uint64_t index) {
    std::optional<WallTime> end;
    for (auto const& token : stamp.tokens)
        end = std::min(end.value_or(token.restamp_before), token.restamp_before);
    if (!newest_.contains(stamp.generation)) {
        auto newest = TRY(book_.newest(stamp.generation));
        newest_.emplace(stamp.generation, std::move(newest));
    }
    auto const& newest = newest_[stamp.generation];
    auto const fits = [&](KeptStamp const& one) {
        return one.size > index && (!end || one.made <= *end) && is_good(one);
    };
    if (newest && fits(*newest)) return newest;
    std::optional<KeptStamp> best;
    auto next = index + 1;
    while (true) {
        auto const page = TRY(book_.from(stamp.generation, next, stamps_page));
        for (auto const& one : page) {
            if (end && one.made > *end) return best;
            if (fits(one)) best = one;
        }
        if (page.size() < stamps_page) return best;
        next = page.back().size + 1;
    }
}

}  // namespace exhibit::guard
