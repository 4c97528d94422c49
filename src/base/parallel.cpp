#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace exhibit {

Outcome for_each_index(std::size_t count, unsigned threads,
                       std::function<Outcome(std::size_t)> const& work) {
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    std::mutex mutex;
    std::optional<Error> first;
    std::size_t first_index = count;
    auto const run = [&] {
        for (auto i = next++; i < count && !failed; i = next++) {
            auto outcome = work(i);
            if (outcome.ok()) continue;
            failed = true;
            std::lock_guard const lock(mutex);
            if (i >= first_index) continue;
            first_index = i;
            first = outcome.take_error();
        }
    };
    std::vector<std::thread> others;
    auto const wanted =
        std::min<std::size_t>(std::max(1U, threads), std::max<std::size_t>(1, count));
    for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(run);
    run();
    for (auto& other : others) other.join();
    if (first) return *first;
    return {};
}

}  // namespace exhibit
