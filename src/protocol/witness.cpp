#include "protocol/witness.hpp"

#include <algorithm>

namespace exhibit::protocol {
namespace {

// A reading has some 250 bytes. A check-in lies inside votes inside pre-votes: what a malicious
// guardian pads its clock with would grow at every turn.
constexpr std::size_t reading_bytes_max = 512;

// The newest reading of each guardian whose signature is good.
std::vector<Signed<ClockReading>> newest_of_each(Policy const& terms,
                                                 std::vector<Envelope> const& clocks,
                                                 std::optional<Nonce> const& nonce = {}) {
    std::vector<Signed<ClockReading>> newest;
    for (auto const& envelope : clocks) {
        if (envelope.payload.size() > reading_bytes_max) continue;
        auto reading = open_from_guardian<ClockReading>(envelope, terms);
        if (!reading || (nonce && reading->value().nonce != *nonce)) continue;
        auto const known = std::ranges::find_if(
            newest, [&](auto const& one) { return one->guardian == reading->value().guardian; });
        if (known == newest.end())
            newest.push_back(reading.take());
        else if (known->value().time < reading->value().time)
            *known = reading.take();
    }
    return newest;
}

}  // namespace

ClaimedTime choose_claimed(Policy const& terms, std::vector<Envelope> const& clocks,
                           Nonce const& nonce, WallTime device_now,
                           std::optional<LastClaim> const& last, Duration interval,
                           Duration grace) {
    std::vector<WallTime> times;
    // Only over this nonce: an older reading, however well signed, is not the time now.
    for (auto const& reading : newest_of_each(terms, clocks, nonce)) times.push_back(reading->time);
    ClaimedTime chosen{.time = device_now, .corrected = false, .device_off = {}};
    std::ranges::sort(times);
    std::optional<WallTime> taken_most;  // no fair clock takes a later claim
    if (times.size() >= 2 * terms.quorum.f + 1) {
        // With an even number the lower of the middle two: both lie between honest clocks.
        auto const median = times[(times.size() - 1) / 2];
        chosen = {.time = median, .corrected = true, .device_off = device_now - median};
        taken_most = median + grace / 4;
    } else if (times.size() >= terms.quorum.f + 1) {
        taken_most = times.back() + grace / 4;
        chosen.time = std::clamp(device_now, times.front(), *taken_most);
    }
    bool const was_never_taken =
        last && !last->acknowledged && taken_most && last->time > *taken_most;
    if (last && !was_never_taken)
        chosen.time = std::max(chosen.time, last->time + least_gap(interval));
    return chosen;
}

Result<std::vector<Envelope>> clocks_to_carry(Policy const& terms,
                                              std::vector<Envelope> const& stored, WallTime claimed,
                                              Duration interval, Duration grace) {
    auto readings = newest_of_each(terms, stored);
    auto const oldest = claimed - (interval + grace);
    std::erase_if(readings, [&](auto const& one) { return one->time < oldest; });
    if (readings.size() < terms.quorum.f + 1) {
        return Error{
            Fault::guardians, "too few guardians' clocks are fresh enough to carry", {}, {}, {},
            "clocks"}
            .hint("reach any guardian that can fetch " + std::to_string(terms.quorum.f + 1) +
                  " guardians' clocks");
    }
    std::ranges::sort(readings, [](auto const& a, auto const& b) { return a->time > b->time; });
    auto const most = std::size_t{2} * terms.quorum.f + 1;
    std::vector<Envelope> carried;
    for (auto const& reading : readings) {
        if (carried.size() < most) carried.push_back(reading.envelope());
    }
    return carried;
}

Outcome Acknowledgements::add(Envelope const& envelope) {
    auto opened = TRY(open_from_guardian<Acknowledgement>(envelope, terms_));
    if (opened->check_in != check_in_)
        return bad_input("acknowledges another check-in").coded("other-check-in");
    bool const known = std::ranges::any_of(
        all_, [&](auto const& one) { return one->guardian == opened->guardian; });
    if (!known) all_.push_back(std::move(opened));
    return {};
}

bool Acknowledgements::done() const { return all_.size() >= terms_.quorum.acknowledgements(); }

Standing standing(Policy const& terms, CheckIn const& check_in, std::size_t acknowledged,
                  std::vector<Heard> const& last_heard, WallTime now) {
    auto const& numbers = terms.quorum;
    std::vector<GuardianId> alive;
    for (auto const& one : last_heard) {
        bool const recent = one.when > now - check_in.grace && terms.find(one.guardian) != nullptr;
        if (recent && std::ranges::find(alive, one.guardian) == alive.end())
            alive.push_back(one.guardian);
    }
    Standing result{.acknowledged = acknowledged,
                    .answered = alive.size(),
                    .acknowledgements_needed = numbers.acknowledgements(),
                    .votes_needed = numbers.q,
                    .not_released_before = {},
                    .released_if_silent = alive.size() >= numbers.q};
    if (acknowledged >= result.acknowledgements_needed) {
        result.not_released_before = check_in.claimed + check_in.interval;
    }
    result.one_loss_ends_check_ins = alive.size() <= result.acknowledgements_needed;
    result.one_loss_ends_release = alive.size() <= result.votes_needed;
    return result;
}

}  // namespace exhibit::protocol
