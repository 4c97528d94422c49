#include "base/time.hpp"

#include <chrono>
#include <cstdio>

namespace exhibit {
namespace {

using namespace std::chrono;

constexpr std::int64_t ms_per_day = 86'400'000;
constexpr std::int64_t latest_ms = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

Result<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return bad_input("is not a time").coded("time");
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

struct Parts {
    int year, month, day, hour, minute, second, milli;
};

Parts split(WallTime time) {
    std::int64_t const clamped =
        std::min(std::max<std::int64_t>(time.since_epoch_ms(), 0), latest_ms);
    auto const day_count = clamped / ms_per_day;
    auto const rest = static_cast<int>(clamped % ms_per_day);
    year_month_day const date{sys_days{days{day_count}}};
    return {static_cast<int>(date.year()),
            static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day())),
            rest / 3'600'000,
            rest / 60'000 % 60,
            rest / 1000 % 60,
            rest % 1000};
}

}  // namespace

std::string write_time(WallTime time) {
    auto const p = split(time);
    char out[80];
    std::snprintf(out, sizeof out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", p.year, p.month, p.day,
                  p.hour, p.minute, p.second, p.milli);
    return out;
}

Result<WallTime> parse_time(std::string_view text) {
    Error const bad = bad_input("is not a time like 2026-11-22T21:10:00.000Z").coded("time");
    if (text.size() != 24) return bad;
    auto const year = TRY(digits(text, 0, 4));
    auto const month = TRY(digits(text, 5, 2));
    auto const day = TRY(digits(text, 8, 2));
    auto const hour = TRY(digits(text, 11, 2));
    auto const minute = TRY(digits(text, 14, 2));
    auto const second = TRY(digits(text, 17, 2));
    auto const milli = TRY(digits(text, 20, 3));
    year_month_day const date{std::chrono::year{year},
                              std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 59) return bad;
    auto const day_count = sys_days{date}.time_since_epoch().count();
    auto const time = WallTime::from_ms(day_count * ms_per_day + hour * 3'600'000LL +
                                        minute * 60'000LL + second * 1000LL + milli);
    // Writing back catches the separators: exactly one text per value.
    if (write_time(time) != text) return bad;
    return time;
}

std::string show_time(WallTime time) {
    auto const p = split(time);
    char out[80];
    std::snprintf(out, sizeof out, "%04d-%02d-%02d %02d:%02d UTC", p.year, p.month, p.day, p.hour,
                  p.minute);
    return out;
}

std::string show_duration(Duration duration) {
    auto const ms = duration.count_ms() < 0 ? 0 : duration.count_ms();
    auto const in = [](std::int64_t n, char const* unit) { return std::to_string(n) + " " + unit; };
    if (ms < 1000) return in(ms, "ms");
    auto const seconds = ms / 1000;
    if (seconds < 120) return in(seconds, "s");
    auto const minutes = seconds / 60;
    if (minutes < 120) return in(minutes, "min");
    auto const hours = minutes / 60;
    if (hours < 96) return in(hours, "h");
    return in(hours / 24, "d") + (hours % 24 == 0 ? "" : " " + in(hours % 24, "h"));
}

Result<Duration> parse_duration(std::string_view text) {
    std::size_t at = 0;
    std::int64_t n = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && n < 1'000'000'000) {
        n = n * 10 + (text[at++] - '0');
    }
    auto const unit = text.substr(at);
    std::int64_t const scale = unit == "ms"                   ? 1
                               : unit == "s"                  ? 1000
                               : unit == "m" || unit == "min" ? 60'000
                               : unit == "h"                  ? 3'600'000
                               : unit == "d"                  ? ms_per_day
                                                              : 0;
    if (at == 0 || scale == 0 || n == 0 || n > 3650 * ms_per_day / scale) {
        return wrong_use("is not a length of time like 72h, 2d, 30m or 20s")
            .at(std::string(text))
            .coded("duration");
    }
    return Duration::ms(n * scale);
}

WallTime wall_now() {
    return WallTime::from_ms(
        duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

}  // namespace exhibit
