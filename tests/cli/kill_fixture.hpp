// What the kill tests share: a seed, a way to kill at a random moment, a witness with three
// guardians.
//
// The seed is printed; EXHIBIT_SEED repeats a run (the kernel's timing aside). EXHIBIT_KILLS=10
// multiplies.
#pragma once

#include <functional>

#include "known_key.hpp"
#include "seal/case_folder.hpp"

namespace exhibit::test {

inline std::uint64_t seed() {
    static std::uint64_t const value = [] {
        char const* const set = std::getenv("EXHIBIT_SEED");
        auto const chosen = set != nullptr ? std::stoull(set) : std::random_device{}();
        std::printf("kill -9: EXHIBIT_SEED=%llu\n", static_cast<unsigned long long>(chosen));
        return chosen;
    }();
    return value;
}

inline int times(int count) {
    char const* const factor = std::getenv("EXHIBIT_KILLS");
    return count * (factor != nullptr ? std::max(1, std::atoi(factor)) : 1);
}

// Kills the process after a random delay of at most `most_ms`. True if it was still running.
inline bool kill_within(Background& process, std::mt19937_64& random, unsigned most_ms) {
    std::this_thread::sleep_for(std::chrono::microseconds(random() % (most_ms * 1000)));
    return process.stop(SIGKILL) == 128 + SIGKILL;
}

inline double ms_of(std::function<void()> const& work) {
    auto const begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun)
        .count();
}

struct KillClient : ::testing::Test {
    World world{{"ana", "bruno", "chen"}};
    std::mt19937_64 random{seed() + 2};
    std::vector<std::string> const loose = {
        "--audience", "public", "--every", "100s", "--grace", "20m", "--trust-every-guardian"};
    seal::CaseFolder folder_of(std::string const& name) {
        return seal::CaseFolder::open(world.device() / name).take();
    }
};

}  // namespace exhibit::test
