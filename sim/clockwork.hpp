// True time, and what is due when. Things due at the same moment happen in the order they were
// asked for.
#pragma once

#include <functional>
#include <queue>

#include "base/time.hpp"

namespace exhibit::sim {

inline constexpr WallTime birth = WallTime::from_ms(1'767'225'600'000);  // 2026-01-01

class Clockwork {
public:
    WallTime now() const { return now_; }
    void at(WallTime when, std::function<void()> what) {
        due_.push({std::max(when, now_), next_++, std::move(what)});
    }
    void after(Duration wait, std::function<void()> what) { at(now_ + wait, std::move(what)); }
    // False when nothing is due before `end`.
    bool run_next(WallTime end) {
        if (due_.empty() || due_.top().when > end) return false;
        // A priority_queue shows its top as const only; it is popped at once.
        auto item = std::move(const_cast<Item&>(due_.top()));
        due_.pop();
        now_ = item.when;
        item.what();
        return true;
    }

private:
    struct Item {
        WallTime when;
        std::uint64_t order;
        std::function<void()> what;
        bool operator<(Item const& other) const {
            return std::pair(when, order) > std::pair(other.when, other.order);
        }
    };
    WallTime now_ = birth;
    std::uint64_t next_ = 0;
    std::priority_queue<Item> due_;
};

}  // namespace exhibit::sim
