#include "base/civil_time.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace exhibit {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t ms_per_day = 86'400'000;

struct Parts {
    int year, month, day, hour, minute, second, milli;
};

Parts split(std::int64_t ms) {
    auto days = ms / ms_per_day;
    auto rest = ms % ms_per_day;
    if (rest < 0) {
        rest += ms_per_day;
        --days;
    }
    year_month_day const date{sys_days{std::chrono::days{days}}};
    return {static_cast<int>(date.year()),
            static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day())),
            static_cast<int>(rest / 3'600'000),
            static_cast<int>(rest / 60'000 % 60),
            static_cast<int>(rest / 1000 % 60),
            static_cast<int>(rest % 1000)};
}

std::string offset_text(int minutes) {
    char out[16];
    auto const positive = std::abs(minutes);
    std::snprintf(out, sizeof out, "%c%02d:%02d", minutes < 0 ? '-' : '+', positive / 60 % 100,
                  positive % 60);
    return out;
}

// Digits at fixed places, or nothing.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}
    int number(std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (at_ >= text_.size() || text_[at_] < '0' || text_[at_] > '9') {
                good_ = false;
                return 0;
            }
            value = value * 10 + (text_[at_++] - '0');
        }
        return value;
    }
    void expect(char c) {
        if (at_ < text_.size() && text_[at_] == c)
            ++at_;
        else
            good_ = false;
    }
    // Milliseconds, if there is a point; more digits are cut off.
    int fraction() {
        if (!rest().starts_with('.')) return 0;
        ++at_;
        int value = 0;
        int unit = 100;
        auto const start = at_;
        for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_, unit /= 10)
            value += (text_[at_] - '0') * unit;
        if (at_ == start) good_ = false;
        return value;
    }
    bool good() const { return good_; }
    std::string_view rest() const { return text_.substr(at_); }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    bool good_ = true;
};

}  // namespace

std::optional<CivilTime> CivilTime::of(int year, int month, int day, int hour, int minute,
                                       int second, int milli) {
    if (year < 1900 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return std::nullopt;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 ||
        milli < 0 || milli > 999)
        return std::nullopt;
    year_month_day const date{std::chrono::year{year},
                              std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    CivilTime time;
    time.ms = sys_days{date}.time_since_epoch().count() * ms_per_day + hour * 3'600'000LL +
              minute * 60'000LL + second * 1000LL + milli;
    return time.year() > 9999 ? std::nullopt : std::optional(time);
}

CivilTime CivilTime::utc(WallTime time) { return {time.since_epoch_ms(), Zone::utc, 0}; }

CivilTime CivilTime::with_offset(int minutes) const { return {ms, Zone::offset, minutes}; }

std::optional<std::int64_t> CivilTime::since_epoch_ms() const {
    if (zone == Zone::unknown) return std::nullopt;
    return ms - (zone == Zone::offset ? offset_minutes * 60'000LL : 0);
}

int CivilTime::year() const { return split(ms).year; }

std::string write_civil_time(CivilTime const& time) {
    auto const p = split(time.ms);
    char out[80];
    std::snprintf(out, sizeof out, "%04d-%02d-%02dT%02d:%02d:%02d", p.year, p.month, p.day, p.hour,
                  p.minute, p.second);
    std::string text = out;
    if (p.milli != 0) {
        std::snprintf(out, sizeof out, ".%03d", p.milli);
        text += out;
    }
    if (time.zone == CivilTime::Zone::utc) return text + "Z";
    if (time.zone == CivilTime::Zone::offset) return text + offset_text(time.offset_minutes);
    return text;
}

Result<CivilTime> read_camera_time(std::string_view text) {
    Error const bad = bad_input("is not a time like 2020-10-12T08:41:07+06:00").coded("time");
    Scanner scan(text);
    auto const year = scan.number(4);
    scan.expect('-');
    auto const month = scan.number(2);
    scan.expect('-');
    auto const day = scan.number(2);
    scan.expect(scan.rest().starts_with(' ') ? ' ' : 'T');
    auto const hour = scan.number(2);
    scan.expect(':');
    auto const minute = scan.number(2);
    scan.expect(':');
    auto const second = scan.number(2);
    auto const milli = scan.fraction();
    if (!scan.good()) return bad;
    auto time = CivilTime::of(year, month, day, hour, minute, second, milli);
    if (!time) return bad;
    if (scan.rest() == "Z") {
        time->zone = CivilTime::Zone::utc;
    } else if (!scan.rest().empty()) {
        auto const offset = parse_offset(scan.rest());
        if (!offset) return bad;
        *time = time->with_offset(*offset);
    }
    return *time;
}

Result<CivilTime> parse_civil_time(std::string_view text) {
    auto const time = TRY(read_camera_time(text));
    // Writing back leaves one text per value.
    if (write_civil_time(time) != text)
        return bad_input("is not a time like 2020-10-12T08:41:07+06:00").coded("time");
    return time;
}

std::string write_civil_day(CivilTime const& time) { return write_civil_time(time).substr(0, 10); }

std::string show_civil_time(CivilTime const& time) {
    auto const p = split(time.ms);
    char out[80];
    std::snprintf(out, sizeof out, "%04d-%02d-%02d %02d:%02d ", p.year, p.month, p.day, p.hour,
                  p.minute);
    if (time.zone == CivilTime::Zone::utc) return std::string(out) + "UTC";
    if (time.zone == CivilTime::Zone::offset) return out + offset_text(time.offset_minutes);
    return std::string(out) + "(zone unknown)";
}

std::optional<int> parse_offset(std::string_view text) {
    if (text == "Z") return 0;
    if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    Scanner scan(text.substr(1));
    auto const hours = scan.number(2);
    if (scan.rest().starts_with(':')) scan.expect(':');
    auto const minutes = scan.number(2);
    if (!scan.good() || !scan.rest().empty() || minutes > 59) return std::nullopt;
    auto const total = hours * 60 + minutes;
    if (total > offset_minutes_max) return std::nullopt;
    return text[0] == '-' ? -total : total;
}

}  // namespace exhibit
