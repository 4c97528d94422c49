// A few threads that do work in the order it was posted.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace exhibit::guard {

class Workers {
public:
    explicit Workers(unsigned threads);
    ~Workers() { stop(); }
    Workers(Workers const&) = delete;
    Workers& operator=(Workers const&) = delete;

    // After stop() nothing is taken any more.
    void post(std::function<void()> work);
    // Ends what runs, drops what waits: everything that matters is on disk and is found again at
    // the start.
    void stop();

private:
    void run();
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace exhibit::guard
