// Times as values. Reading a clock is the shell's business: wall_now() is called in main() and in
// the guardian's loop, never in a format, a noun or a rule.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace exhibit {

// Milliseconds. Signed, so that differences and "long ago" need no special case.
class Duration {
public:
    constexpr Duration() = default;
    static constexpr Duration ms(std::int64_t n) { return Duration(n); }
    static constexpr Duration seconds(std::int64_t n) { return Duration(n * 1000); }
    static constexpr Duration minutes(std::int64_t n) { return seconds(n * 60); }
    static constexpr Duration hours(std::int64_t n) { return minutes(n * 60); }
    static constexpr Duration days(std::int64_t n) { return hours(n * 24); }
    constexpr std::int64_t count_ms() const { return ms_; }
    friend constexpr auto operator<=>(Duration, Duration) = default;
    friend constexpr Duration operator+(Duration a, Duration b) { return Duration(a.ms_ + b.ms_); }
    friend constexpr Duration operator-(Duration a, Duration b) { return Duration(a.ms_ - b.ms_); }
    friend constexpr Duration operator/(Duration a, std::int64_t n) { return Duration(a.ms_ / n); }
    friend constexpr Duration operator*(Duration a, std::int64_t n) { return Duration(a.ms_ * n); }

private:
    explicit constexpr Duration(std::int64_t n) : ms_(n) {}
    std::int64_t ms_ = 0;
};

// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
class WallTime {
public:
    constexpr WallTime() = default;
    static constexpr WallTime from_ms(std::int64_t n) { return WallTime(n); }
    constexpr std::int64_t since_epoch_ms() const { return ms_; }
    friend constexpr auto operator<=>(WallTime, WallTime) = default;
    friend constexpr WallTime operator+(WallTime t, Duration d) {
        return WallTime(t.ms_ + d.count_ms());
    }
    friend constexpr WallTime operator-(WallTime t, Duration d) {
        return WallTime(t.ms_ - d.count_ms());
    }
    friend constexpr Duration operator-(WallTime a, WallTime b) {
        return Duration::ms(a.ms_ - b.ms_);
    }

private:
    explicit constexpr WallTime(std::int64_t n) : ms_(n) {}
    std::int64_t ms_ = 0;
};

// RFC 3339, always UTC, always three decimals: 2026-11-22T21:10:00.000Z. One text per value.
// Years 1970 to 9999.
std::string write_time(WallTime time);
Result<WallTime> parse_time(std::string_view text);

// For people: "2026-11-22 21:10 UTC" and "3 d 4 h", "61 h", "12 min", "8 s", "150 ms".
std::string show_time(WallTime time);
std::string show_duration(Duration duration);
// What people type: 72h, 2d, 30m, 20s, 500ms. Positive, at most 10 years.
Result<Duration> parse_duration(std::string_view text);

// The system's clock.
WallTime wall_now();

}  // namespace exhibit
