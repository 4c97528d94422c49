// What the commands of a case remember of the guardians' logs.
#include <chrono>
#include <thread>

#include "cli/cli.hpp"
#include "guard/witness/logs.hpp"

namespace exhibit::cli {
namespace {

// The logs are cosigned for the first time a second after the last guardian took the case.
constexpr auto first_wait = std::chrono::seconds(2);

bool learn(seal::CaseFolder const& folder, Globals const& globals) {
    auto memory = folder.log_memory();
    if (!memory.ok()) return false;
    guard::LinkOptions quick{.socks5_proxy = globals.proxy};
    quick.timeout_ms = 3000;
    auto const before = memory->cards.size();
    bool const learnt = guard::refresh_checkpoint(folder.info(), quick, *memory);
    if (learnt || memory->cards.size() > before) (void)folder.save(*memory);
    return learnt;
}

}  // namespace

void remember_checkpoint(seal::CaseFolder const& folder, Globals const& globals) {
    (void)learn(folder, globals);
}

void remember_first_checkpoint(Path const& path, Globals const& globals) {
    auto const folder = seal::CaseFolder::open(path);
    if (!folder.ok()) return;
    auto const until = std::chrono::steady_clock::now() + first_wait;
    while (!learn(*folder, globals) && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

}  // namespace exhibit::cli
