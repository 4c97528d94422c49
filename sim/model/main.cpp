// exhibit_model: explores the guardians' rules exhaustively within bounds.
//
// Exit code 0: every promise is kept in every state. 1: one is broken; the way there is printed.
// 2: usage. 3: memory ended before the states did.
#include <chrono>
#include <cstdio>
#include <cstring>

#include "sim/model/explorer.hpp"

namespace {

using namespace exhibit::model;

void print_seen(Seen const& seen) {
    std::printf(
        "seen: adopted %llu, shares out %llu, done %llu, done after votes %llu, bound and behind "
        "%llu, held %llu, release-now %llu, new policy %llu, two policies out %llu, released "
        "%llu\n",
        static_cast<unsigned long long>(seen.adopted),
        static_cast<unsigned long long>(seen.shares_out),
        static_cast<unsigned long long>(seen.done), static_cast<unsigned long long>(seen.near_miss),
        static_cast<unsigned long long>(seen.bound_and_behind),
        static_cast<unsigned long long>(seen.held),
        static_cast<unsigned long long>(seen.release_now),
        static_cast<unsigned long long>(seen.new_policy),
        static_cast<unsigned long long>(seen.two_policies_out),
        static_cast<unsigned long long>(seen.released));
}

int report(Bounds const& bounds, Result const& result, double seconds) {
    auto const* verdict = result.goes_round                ? "GOES ROUND"
                          : result.broken != Promise::kept ? "BROKEN"
                          : result.no_memory               ? "no memory"
                                                           : "holds";
    std::printf("%s: %s %s, %llu states, %llu moves, depth %u, %.0f s\n",
                bounds.numbers_text().c_str(), verdict, name_of(result.broken),
                static_cast<unsigned long long>(result.worlds),
                static_cast<unsigned long long>(result.moves), result.depth, seconds);
    if (result.broken != Promise::kept) std::printf("%s\n", explain(result.broken));
    for (auto const& line : result.trace) std::printf("  %s\n", line.c_str());
    print_seen(result.seen);
    if (result.goes_round || result.broken != Promise::kept) return 1;
    return result.no_memory ? 3 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::strcmp(argv[1], "--help") == 0) {
        std::printf("usage: exhibit_model [OPTION…]\n%s", bounds_help().c_str());
        return 0;
    }
    auto const bounds = read_bounds({argv + 1, argv + argc});
    if (!bounds) return 2;
    auto const start = std::chrono::steady_clock::now();
    auto const result = Explorer(*bounds).run();
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
    return report(*bounds, result, took.count());
}
