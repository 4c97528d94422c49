#include "guard/guardian/wake_ups.hpp"

#include <algorithm>
#include <chrono>

namespace exhibit::guard {

WakeUps::WakeUps(std::function<WallTime()> now, Duration granularity, Due due)
    : now_(std::move(now)),
      granularity_(granularity),
      due_(std::move(due)),
      thread_([this] { run(); }) {}

void WakeUps::set(CaseId const& id, WallTime when) {
    auto const [place, fresh] = when_.try_emplace(id, when);
    if (!fresh) {
        order_.erase({place->second, id});
        place->second = when;
    }
    order_.insert({when, id});
    if (order_.begin()->second == id) changed_.notify_one();
}

void WakeUps::at(CaseId const& id, WallTime when) {
    std::lock_guard lock(mutex_);
    set(id, when);
}

void WakeUps::no_later_than(CaseId const& id, WallTime when) {
    std::lock_guard lock(mutex_);
    auto const found = when_.find(id);
    if (found == when_.end() || found->second > when) set(id, when);
}

void WakeUps::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void WakeUps::bring_forward(WallTime now) {
    order_.clear();
    for (auto& [id, when] : when_) {
        when = std::min(when, now);
        order_.insert({when, id});
    }
}

void WakeUps::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        auto const now = now_();
        if (now < read_) bring_forward(now);
        read_ = now;
        if (!order_.empty() && order_.begin()->first <= now) {
            auto const id = order_.begin()->second;
            order_.erase(order_.begin());
            when_.erase(id);
            lock.unlock();
            due_(id);
            lock.lock();
            continue;
        }
        auto wait = granularity_;
        if (!order_.empty()) wait = std::min(wait, order_.begin()->first - now);
        changed_.wait_for(lock,
                          std::chrono::milliseconds(std::max<std::int64_t>(wait.count_ms(), 1)));
    }
}

}  // namespace exhibit::guard
