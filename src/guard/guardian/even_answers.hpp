// Answers to a witness's words leave the same time after they came in, whichever ledger they are
// from: the work for one differs from that for the other, and whoever holds the device has a watch.
//
// What took longer leaves at the next multiple, so that load shows in steps and not in the work. On
// top, chance adds up to a tenth of a step: what the work for one leaves behind in caches and
// sleeping processors is microseconds, and thousands of answers would show it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "base/time.hpp"

namespace exhibit::guard {

class EvenAnswers {
public:
    using Moment = std::chrono::steady_clock::time_point;
    explicit EvenAnswers(Duration step);
    ~EvenAnswers() { stop(); }

    static Moment now() { return std::chrono::steady_clock::now(); }
    // Calls `send` at the first multiple of the step after `came_in` that has not passed, and up to
    // a tenth of a step later. On a thread of this object: it must be quick. After stop() at once.
    void send_evenly(Moment came_in, std::function<void()> send);
    void stop();  // what still waits is sent at once

private:
    void run();

    std::chrono::milliseconds step_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<Moment, std::function<void()>> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace exhibit::guard
