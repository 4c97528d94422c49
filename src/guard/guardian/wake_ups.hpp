// One thread, one moment per case. About 150 bytes a case, so that 10,000 silent cases cost next to
// nothing.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/time.hpp"
#include "case/ids.hpp"

namespace exhibit::guard {

class WakeUps {
public:
    using Due = std::function<void(CaseId const&)>;
    // `due` is called on the thread of this object and must be quick. The clock is read at least
    // every `granularity`, because a wall clock can jump: forward, and what has come due is called;
    // back, and everything is, since a moment set by a clock that ran ahead may be weeks away by
    // the right one.
    WakeUps(std::function<WallTime()> now, Duration granularity, Due due);
    ~WakeUps() { stop(); }

    // Takes the place of the moment that was set before. May be called from `due`.
    void at(CaseId const& id, WallTime when);
    // Unless an earlier moment is set.
    void no_later_than(CaseId const& id, WallTime when);
    void stop();

private:
    void run();
    void set(CaseId const& id, WallTime when);
    void bring_forward(WallTime now);

    std::function<WallTime()> now_;
    Duration granularity_;
    Due due_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<CaseId, WallTime> when_;
    std::set<std::pair<WallTime, CaseId>> order_;
    WallTime read_;  // the clock, when last looked at
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace exhibit::guard
