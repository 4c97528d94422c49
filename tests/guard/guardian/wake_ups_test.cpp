#include "guard/guardian/wake_ups.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "base/random.hpp"

namespace exhibit::guard::test {
namespace {

// What is due, by a clock that the test sets.
class Watch {
public:
    void set(WallTime time) {
        clock_ = time.since_epoch_ms();
        reads_ = 0;
    }
    WallTime now() const { return WallTime::from_ms(clock_); }
    void wait_until_read() const {
        while (reads_ < 2) std::this_thread::yield();  // the first may have been before it was set
    }
    std::vector<CaseId> wait_for(std::size_t calls) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(20), [&] { return called_.size() >= calls; });
        return called_;
    }

private:
    WallTime read() {
        auto const time = now();
        ++reads_;
        return time;
    }
    void call(CaseId const& id) {
        std::lock_guard lock(mutex_);
        called_.push_back(id);
        changed_.notify_all();
    }

    std::atomic<std::int64_t> clock_ = 1'760'000'000'000;
    std::atomic<unsigned> reads_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<CaseId> called_;

public:
    WakeUps wakes{[this] { return read(); }, Duration::ms(1),
                  [this](CaseId const& id) { call(id); }};
};

TEST(WakeUps, a_clock_that_goes_forward_calls_what_has_come_due_in_its_order) {
    Watch watch;
    SeededRandom random(1);
    auto const early = CaseId::make(random), late = CaseId::make(random),
               later = CaseId::make(random);
    auto const start = watch.now();
    watch.wakes.at(late, start + Duration::hours(2));
    watch.wakes.at(early, start + Duration::hours(1));
    watch.wakes.at(later, start + Duration::hours(4));
    watch.set(start + Duration::hours(3));
    EXPECT_EQ(watch.wait_for(2), (std::vector{early, late}));
}

// A guardian whose clock ran a month ahead must not sleep for that month once it is set right.
TEST(WakeUps, a_clock_that_goes_back_calls_everything_once) {
    Watch watch;
    SeededRandom random(1);
    auto const first = CaseId::make(random), second = CaseId::make(random);
    auto const right = watch.now();
    watch.set(right + Duration::days(30));
    watch.wakes.at(first, watch.now() + Duration::hours(1));
    watch.wakes.at(second, watch.now() + Duration::hours(2));
    watch.wait_until_read();
    watch.set(right);
    EXPECT_EQ(watch.wait_for(2).size(), 2u);
    // Nothing is left, so the hour that comes calls nobody.
    auto const third = CaseId::make(random);
    watch.wakes.at(third, right + Duration::minutes(30));
    watch.set(right + Duration::hours(3));
    EXPECT_EQ(watch.wait_for(3).back(), third);
    EXPECT_EQ(watch.wait_for(3).size(), 3u);
}

}  // namespace
}  // namespace exhibit::guard::test
