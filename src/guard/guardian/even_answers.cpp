#include "guard/guardian/even_answers.hpp"

#include "base/random.hpp"

namespace exhibit::guard {

EvenAnswers::EvenAnswers(Duration step)
    : step_(std::max<std::int64_t>(1, step.count_ms())), thread_([this] { run(); }) {}

void EvenAnswers::send_evenly(Moment came_in, std::function<void()> send) {
    auto const steps = (now() - came_in) / step_ + 1;
    auto const chance = SystemRandom().bytes<2>();
    auto const most = std::chrono::microseconds(step_) / 10;
    auto const later = most * (chance[0] << 8 | chance[1]) / 65536;
    {
        std::lock_guard lock(mutex_);
        if (!stopping_) {
            waiting_.emplace(came_in + step_ * steps + later, std::move(send));
            changed_.notify_one();
            return;
        }
    }
    send();
}

void EvenAnswers::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void EvenAnswers::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (waiting_.empty()) {
            if (stopping_) return;
            changed_.wait(lock);
            continue;
        }
        auto const first = waiting_.begin();
        if (!stopping_ && first->first > now()) {
            changed_.wait_until(lock, first->first);
            continue;
        }
        auto const send = std::move(first->second);
        waiting_.erase(first);
        lock.unlock();
        send();
        lock.lock();
    }
}

}  // namespace exhibit::guard
