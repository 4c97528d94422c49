#include "sim/options.hpp"

namespace exhibit::sim {
namespace {

// None in half of the lives, so that faults are met alone and together.
unsigned some(Dice& dice, unsigned most) {
    return dice() % 2 == 0 ? 0 : static_cast<unsigned>(1 + dice() % most);
}

void draw_guardians(Options& o, Dice& dice) {
    static constexpr Quorum usual[] = {
        {4, 2, 3, 1}, {4, 2, 3, 1}, {5, 3, 4, 1}, {6, 3, 4, 1}, {7, 4, 5, 2}};
    o.numbers = usual[dice() % std::size(usual)];
    auto const f = o.numbers.f;
    o.malicious = chance(dice, 70) ? f : static_cast<unsigned>(dice() % (f + 1));
    auto const left = f - o.malicious;
    if (left > 0 && chance(dice, 80)) o.rolled_back = static_cast<unsigned>(1 + dice() % left);
    o.lost_fsync = chance(dice, 50);
    auto const spare = o.numbers.n - o.numbers.q - o.malicious;
    if (spare > 0 && chance(dice, 40)) o.dead = static_cast<unsigned>(1 + dice() % spare);
}

void draw_clocks(Options& o, Dice& dice) {
    // Any number may be fast, or slow, by up to a grace; drift keeps within the half hour.
    o.skew_most = chance(dice, 40)   ? o.grace / 8
                  : chance(dice, 50) ? Duration::seconds(2)
                  : chance(dice, 60) ? o.grace / 2
                                     : o.grace - Duration::minutes(30);
    o.drift_ppm = some(dice, 200);
    o.clock_jumps = some(dice, 3);
    // Fewer than q − f may be wrong by more than a grace, and two of them already are a coalition
    // of clocks.
    if (chance(dice, 25))
        o.wild_clocks = static_cast<unsigned>(1 + dice() % (o.numbers.q - o.numbers.f - 1));
    o.device_skew = chance(dice, 70) ? Duration() : o.grace / 8 - upto(dice, o.grace / 4);
}

void draw_network(Options& o, Dice& dice) {
    o.delay_most = chance(dice, 60)   ? Duration::seconds(2)
                   : chance(dice, 50) ? Duration::minutes(20)
                                      : Duration::hours(6);
    o.loss_percent = some(dice, 40);
    o.duplicate_percent = some(dice, 15);
    o.slow_percent = some(dice, 10);
    o.partitions = some(dice, 3);
    o.one_way_cuts = some(dice, 4);
    o.clogs = some(dice, 3);
}

// A quarter of the lives: most must stay simple, so that the rest is met alone and together.
void draw_changes(Options& o, Dice& dice) {
    if (chance(dice, 25)) o.policy_changes = static_cast<unsigned>(1 + dice() % 2);
    o.forks_policy = o.policy_changes > 0 && chance(dice, 25);
    o.cancels = o.policy_changes > 0 && chance(dice, 15);
    o.coerced = chance(dice, 15);
    o.coerced_change = o.coerced && chance(dice, 40);
    o.codes = chance(dice, 15);
    if (chance(dice, 15)) o.hold_words = static_cast<unsigned>(1 + dice() % 4);
    o.reads = o.two_stages && chance(dice, 40);
}

}  // namespace

Options draw(std::uint64_t seed) {
    Dice dice(seed * 0x9e3779b97f4a7c15u + 1);
    Options o;
    o.seed = seed;
    o.interval = Duration::hours(24 + static_cast<int>(dice() % 73));
    o.grace = Duration::hours(24 + static_cast<int>(dice() % 25));
    o.two_stages = chance(dice, 15);
    draw_guardians(o, dice);
    draw_clocks(o, dice);
    draw_network(o, dice);
    o.crashes = some(dice, 4);
    o.full_disks = some(dice, 2);
    o.fsync_most = chance(dice, 70) ? Duration::ms(20) : Duration::seconds(30);
    o.check_ins = static_cast<unsigned>(dice() % 5);
    o.forgets = chance(dice, 40);
    o.retimes = chance(dice, 20);
    o.two_devices = chance(dice, 10);
    o.says_now = chance(dice, 15);
    o.bad_line = chance(dice, 30);
    draw_changes(o, dice);
    o.heals_after = upto(dice, Duration::days(8));
    // Drawn apart, so that other lives stay what they were.
    Dice apart(seed * 0x9e3779b97f4a7c15u + 2);
    o.forced_change = o.coerced && !o.coerced_change && chance(apart, 40);
    if (o.forced_change && o.policy_changes == 0) {
        o.says_now |= chance(apart, 50);
        if (!o.says_now) o.policy_changes = 1;
    }
    return o;
}

std::string describe(Options const& o) {
    auto const number = [](char const* name, std::uint64_t value) {
        return value == 0 ? std::string() : std::string(" ") + name + "=" + std::to_string(value);
    };
    auto const is = [](char const* name, bool value) {
        return value ? std::string(" ") + name : std::string();
    };
    auto const& n = o.numbers;
    return "n/k/q/f=" + std::to_string(n.n) + "/" + std::to_string(n.k) + "/" +
           std::to_string(n.q) + "/" + std::to_string(n.f) +
           " interval=" + show_duration(o.interval) + " grace=" + show_duration(o.grace) +
           number("malicious", o.malicious) + number("rolled_back", o.rolled_back) +
           is("lost_fsync", o.lost_fsync && o.rolled_back > 0) + number("dead", o.dead) +
           number("drift_ppm", o.drift_ppm) + number("clock_jumps", o.clock_jumps) +
           number("wild_clocks", o.wild_clocks) + " delay_most=" + show_duration(o.delay_most) +
           number("loss", o.loss_percent) + number("duplicate", o.duplicate_percent) +
           number("slow", o.slow_percent) + number("partitions", o.partitions) +
           number("one_way_cuts", o.one_way_cuts) + number("clogs", o.clogs) +
           number("crashes", o.crashes) + number("full_disks", o.full_disks) +
           number("check_ins", o.check_ins) + is("forgets", o.forgets) + is("retimes", o.retimes) +
           is("two_devices", o.two_devices) + is("says_now", o.says_now) +
           is("bad_line", o.bad_line) + is("two_stages", o.two_stages) +
           number("policy_changes", o.policy_changes) + is("forks_policy", o.forks_policy) +
           is("cancels", o.cancels) + is("coerced", o.coerced) +
           is("coerced_change", o.coerced_change) + is("forced_change", o.forced_change) +
           is("codes", o.codes) + number("hold_words", o.hold_words) + is("reads", o.reads) +
           " heals_after=" + show_duration(o.heals_after);
}

}  // namespace exhibit::sim
