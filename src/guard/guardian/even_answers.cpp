#include "guard/guardian/even_answers.hpp"

namespace exhibit::guard {

EvenAnswers::EvenAnswers(Duration step)
    : step_(std::max<std::int64_t>(1, step.count_ms())), thread_([this] { run(); }) {}

void EvenAnswers::send_evenly(Moment came_in, std::function<void()> send) {
    auto const steps = (now() - came_in) / step_ + 1;
    {
        std::lock_guard lock(mutex_);
        if (!stopping_) {
            waiting_.emplace(came_in + step_ * steps, std::move(send));
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
