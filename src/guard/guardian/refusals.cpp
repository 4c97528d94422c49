#include "guard/guardian/refusals.hpp"

#include <algorithm>
#include <string_view>

namespace exhibit::guard {
namespace {

constexpr Duration again_after = Duration::hours(1);

// What happens when all is well: somebody knew something newer, or asks before it is time.
constexpr std::string_view ordinary[] = {"adopted",  "newer",       "not-yet",
                                         "released", "release-now", "restarting",
                                         "too-new",  "too-old",     "too-soon"};

}  // namespace

void Refusals::note(CaseId const& id, std::string const& code) {
    if (std::ranges::find(ordinary, code) != std::end(ordinary)) return;
    auto const now = now_();
    unsigned count = 0;
    {
        std::lock_guard const lock(mutex_);
        // Many cases with many codes: those told longest ago have nothing left to add up.
        if (told_.size() >= told_max)
            std::erase_if(told_, [&](auto const& one) {
                return now < one.second.when || now - one.second.when >= again_after;
            });
        if (told_.size() >= told_max && !told_.contains({id, code})) return;
        auto const [place, first] = told_.try_emplace({id, code}, Told{now, 0});
        auto& told = place->second;
        ++told.since;
        bool const is_time = first || now < told.when || now - told.when >= again_after;
        if (!is_time) return;
        count = std::exchange(told.since, 0);
        told.when = now;
    }
    auto const what = count == 1 ? std::string("a message was refused: ")
                                 : std::to_string(count) + " messages were refused: ";
    log_.tell("refused", what + code, id);
}

}  // namespace exhibit::guard
