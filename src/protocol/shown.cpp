#include "protocol/shown.hpp"

#include <algorithm>

#include "base/verify.hpp"
#include "case/phase.hpp"

namespace exhibit::protocol {
namespace {

// "cancelled" moves nothing forward.
std::ptrdiff_t place_of(std::string const& phase) {
    auto const found = std::ranges::find(case_phases, phase);
    return phase == "cancelled" ? 0 : found - std::begin(case_phases);
}

std::string phase_of(std::vector<CaseStatus> const& statuses, unsigned f) {
    if (statuses.size() <= f) return {};
    auto const cancelled = std::ranges::count(statuses, "cancelled", &CaseStatus::phase);
    if (cancelled > static_cast<std::ptrdiff_t>(f)) return "cancelled";
    std::vector<std::ptrdiff_t> places;
    for (auto const& one : statuses) places.push_back(place_of(one.phase));
    std::ranges::sort(places, std::greater());
    return std::string(case_phases[places[f]]);
}

std::vector<WallTime> all_of(std::vector<CaseStatus> const& statuses, WallTime CaseStatus::*time) {
    std::vector<WallTime> times;
    for (auto const& one : statuses) times.push_back(one.*time);
    return times;
}

}  // namespace

WallTime earliest_for_q(Quorum const& numbers, std::vector<WallTime> times) {
    VERIFY(!times.empty());
    std::ranges::sort(times);
    return times[times.size() >= numbers.q ? numbers.q - numbers.f - 1 : 0];
}

Shown what_is_shown(Quorum const& numbers, std::vector<CaseStatus> const& statuses) {
    Shown shown{.phase = phase_of(statuses, numbers.f), .claimed = {}, .deadline = {}};
    if (statuses.size() > numbers.f) {
        auto claimed = all_of(statuses, &CaseStatus::claimed);
        std::ranges::sort(claimed, std::greater());
        shown.claimed = claimed[numbers.f];
    }
    if (statuses.size() >= numbers.q) {
        shown.deadline = {earliest_for_q(numbers, all_of(statuses, &CaseStatus::deadline)),
                          earliest_for_q(numbers, all_of(statuses, &CaseStatus::release_from))};
    }
    return shown;
}

std::uint64_t highest_believed(std::vector<std::uint64_t> named, unsigned f, std::uint64_t known,
                               std::uint64_t ahead_most) {
    std::ranges::sort(named, std::greater());
    auto const sure = std::max(known, named.size() > f ? named[f] : 0);
    auto highest = sure;
    for (auto const number : named)
        if (number <= sure + ahead_most) highest = std::max(highest, number);
    return highest;
}

}  // namespace exhibit::protocol
