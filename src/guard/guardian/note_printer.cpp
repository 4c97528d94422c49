#include "guard/guardian/note_printer.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace exhibit::guard {

struct NotePrinter::Shared {
    std::function<void(std::string const&)> print;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::string> waiting;
    std::size_t dropped = 0;
    bool closing = false, printing = false;

    void run() {
        std::unique_lock lock(mutex);
        for (;;) {
            changed.wait(lock, [&] { return closing || !waiting.empty(); });
            if (waiting.empty()) return;
            auto line = std::move(waiting.front());
            waiting.pop_front();
            if (dropped > 0)
                line = "(" + std::to_string(dropped) +
                       " lines before this were not printed in time)\n" + line;
            dropped = 0;
            printing = true;
            lock.unlock();
            print(line);
            lock.lock();
            printing = false;
            changed.notify_all();
        }
    }
};

NotePrinter::NotePrinter(std::function<void(std::string const&)> print)
    : shared_(std::make_shared<Shared>()) {
    shared_->print = std::move(print);
    // Detached: nobody could join one that hangs in a write.
    std::thread([shared = shared_] { shared->run(); }).detach();
}

void NotePrinter::say(std::string line) {
    std::lock_guard lock(shared_->mutex);
    if (shared_->closing) return;
    shared_->waiting.push_back(std::move(line));
    if (shared_->waiting.size() > waiting_most) {
        shared_->waiting.pop_front();
        ++shared_->dropped;
    }
    shared_->changed.notify_all();
}

bool NotePrinter::close(std::chrono::milliseconds patience) {
    std::unique_lock lock(shared_->mutex);
    shared_->closing = true;
    shared_->changed.notify_all();
    return shared_->changed.wait_for(
        lock, patience, [&] { return shared_->waiting.empty() && !shared_->printing; });
}

}  // namespace exhibit::guard
