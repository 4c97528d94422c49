// exhibit_sim: lives of a case, each from a seed. `./dev sim` builds and runs it.
#include <malloc.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "sim/sim.hpp"

using namespace exhibit;

namespace {

struct Wish {
    std::uint64_t from = 1;
    std::uint64_t count = 20'000;
    std::optional<std::uint64_t> seed;
    bool trace = false;
    std::optional<Quorum> numbers;  // instead of those drawn
    std::optional<unsigned> bad;    // guardians, more than f perhaps: count what breaks, and go on
    double seconds = 0;             // instead of a count: as many as fit
    unsigned workers = std::max(1u, std::thread::hardware_concurrency());
};

// What a worker tells its parent, in one write below the size that a pipe keeps whole.
struct Report {
    std::uint64_t lives = 0, released = 0, events = 0, seed = 0;
    char broken[160] = "";
    char why[240] = "";
    // With --bad: lives that broke each.
    std::uint64_t early = 0, lost = 0, other = 0;
};

sim::Options draw(Wish const& wish, std::uint64_t seed) {
    auto options = sim::draw(seed);
    if (wish.numbers) options.numbers = *wish.numbers;
    if (wish.bad) {
        // What is beyond the fault model is these, and nothing else.
        options.malicious = *wish.bad;
        options.rolled_back = options.dead = options.wild_clocks = 0;
    }
    return options;
}

void show_help() {
    std::puts(
        "usage: exhibit_sim [--seeds COUNT] [--from SEED] [--seconds S] [--workers N]\n"
        "       exhibit_sim --seed N [--trace]\n"
        "       exhibit_sim --numbers n/k/q/f --bad COUNT [--seeds COUNT]\n\n"
        "Lives the seeds from --from (1) on; stops at the first broken promise, prints its seed "
        "and ends with 1.\n"
        "With --bad so many guardians are malicious, more than f perhaps: says how many lives "
        "break.\n"
        "Example:  exhibit_sim --seed 4711 --trace");
}

Wish read_wish(int argc, char** argv) {
    Wish wish;
    for (int i = 1; i < argc; ++i) {
        std::string const word = argv[i];
        auto const number = [&] {
            return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0;
        };
        if (word == "--seed")
            wish.seed = number();
        else if (word == "--seeds")
            wish.count = number();
        else if (word == "--from")
            wish.from = number();
        else if (word == "--seconds")
            wish.seconds = static_cast<double>(number());
        else if (word == "--workers")
            wish.workers = static_cast<unsigned>(std::max<unsigned long long>(1, number()));
        else if (word == "--bad")
            wish.bad = static_cast<unsigned>(number());
        else if (word == "--numbers" && i + 1 < argc) {
            Quorum q{};
            if (std::sscanf(argv[++i], "%u/%u/%u/%u", &q.n, &q.k, &q.q, &q.f) == 4)
                wish.numbers = q;
        } else if (word == "--trace")
            wish.trace = true;
        else {
            show_help();
            std::exit(word == "--help" ? 0 : 2);
        }
    }
    return wish;
}

int one_life(Wish const& wish) {
    auto const options = draw(wish, *wish.seed);
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(*wish.seed),
                sim::describe(options).c_str());
    auto const life = sim::live(options, wish.trace ? stdout : nullptr);
    if (life.broken) {
        std::printf("BROKEN: %s, at %s: %s\n", life.broken->promise.c_str(),
                    show_time(life.broken->when).c_str(), life.broken->why.c_str());
        return 1;
    }
    std::printf("every promise held through %u events; %s\n", life.events,
                life.released ? "released" : "not released");
    return 0;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Seen by all workers: one has found what all look for.
std::atomic<bool>& found_one() {
    static void* const page = mmap(nullptr, sizeof(std::atomic<bool>), PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) std::abort();
    static auto* const flag = new (page) std::atomic<bool>(false);
    return *flag;
}

Report work(Wish const& wish, unsigned number, std::chrono::steady_clock::time_point start) {
    Report report;
    for (std::uint64_t i = number; wish.seconds > 0 || i < wish.count; i += wish.workers) {
        if (found_one() || (wish.seconds > 0 && seconds_since(start) > wish.seconds)) break;
        auto const seed = wish.from + i;
        auto const life = sim::live(draw(wish, seed));
        ++report.lives;
        report.events += life.events;
        report.released += life.released;
        if (!life.broken) continue;
        if (wish.bad) {
            auto const& promise = life.broken->promise;
            ++(promise == "no early release"  ? report.early
               : promise == "no lost release" ? report.lost
                                              : report.other);
            continue;
        }
        found_one() = true;
        report.seed = seed;
        std::snprintf(report.broken, sizeof report.broken, "%s", life.broken->promise.c_str());
        std::snprintf(report.why, sizeof report.why, "%s", life.broken->why.c_str());
        break;
    }
    return report;
}

}  // namespace

int main(int argc, char** argv) {
    auto const wish = read_wish(argc, argv);
    if (wish.seed) return one_life(wish);
    auto const start = std::chrono::steady_clock::now();
    found_one() = false;  // before the first fork
    // Thousands of small things come and go in every life: the allocator keeps them at hand.
    mallopt(M_MXFAST, 160);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    int ends[2];
    if (pipe(ends) != 0) return 70;
    std::vector<pid_t> children;
    for (unsigned i = 0; i < wish.workers; ++i) {
        auto const child = fork();
        if (child == 0) {
            auto const report = work(wish, i, start);
            _exit(write(ends[1], &report, sizeof report) == sizeof report ? 0 : 70);
        }
        children.push_back(child);
    }
    close(ends[1]);
    Report all;
    int code = 0;
    for (Report one; read(ends[0], &one, sizeof one) == sizeof one;) {
        all.lives += one.lives;
        all.released += one.released;
        all.events += one.events;
        all.early += one.early;
        all.lost += one.lost;
        all.other += one.other;
        if (one.seed == 0) continue;
        code = 1;
        std::printf("BROKEN: %s: %s\n  replay:  ./dev sim --seed %llu --trace\n", one.broken,
                    one.why, static_cast<unsigned long long>(one.seed));
    }
    for (auto const child : children) {
        int status = 0;
        waitpid(child, &status, 0);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            std::puts("a worker died");
            code = 1;
        }
    }
    auto const seconds = seconds_since(start);
    std::printf(
        "%llu lives from seed %llu in %.1f s (%.0f a minute), %llu events, %llu ended in a "
        "release; %s\n",
        static_cast<unsigned long long>(all.lives), static_cast<unsigned long long>(wish.from),
        seconds, static_cast<double>(all.lives) * 60 / seconds,
        static_cast<unsigned long long>(all.events), static_cast<unsigned long long>(all.released),
        code != 0  ? "A PROMISE WAS BROKEN"
        : wish.bad ? "what broke is below"
                   : "every promise held");
    if (wish.bad)
        std::printf("early releases %llu, lost releases %llu, other promises %llu\n",
                    static_cast<unsigned long long>(all.early),
                    static_cast<unsigned long long>(all.lost),
                    static_cast<unsigned long long>(all.other));
    return code;
}
