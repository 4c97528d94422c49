// IMF-fixdate, the one form of HTTP dates that is written today (RFC 9110 §5.6.7).
#include <array>

#include "formats/tus/tus.hpp"

namespace exhibit::tus {
namespace {

constexpr std::array<std::string_view, 7> weekdays = {"Thu", "Fri", "Sat", "Sun",
                                                      "Mon", "Tue", "Wed"};
constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string two(std::string_view digits) {
    return digits.size() < 2 ? "0" + std::string(digits) : std::string(digits);
}

}  // namespace

// Via RFC 3339, so that the calendar is reckoned in one place (base/time).
std::string write_http_date(WallTime time) {
    auto const text = write_time(time);  // 2026-11-22T21:10:00.000Z
    auto const month = static_cast<std::size_t>((text[5] - '0') * 10 + text[6] - '0') - 1;
    auto const day_number = time.since_epoch_ms() / 86'400'000;
    VERIFY(month < months.size());
    std::string out(weekdays[static_cast<std::size_t>(day_number % 7)]);
    out += ", " + text.substr(8, 2) + " " + std::string(months[month]) + " " + text.substr(0, 4);
    return out + " " + text.substr(11, 8) + " GMT";
}

Result<WallTime> parse_http_date(std::string_view text) {
    auto const wrong = [] { return bad_input("is not an HTTP date").coded("http-date"); };
    if (text.size() != 29 || !text.ends_with(" GMT")) return wrong();
    std::size_t month = 0;
    while (month < months.size() && months[month] != text.substr(8, 3)) ++month;
    if (month == months.size()) return wrong();
    std::string iso(text.substr(12, 4));
    iso += "-" + two(std::to_string(month + 1)) + "-";
    iso.append(text.substr(5, 2)).append("T").append(text.substr(17, 8)).append(".000Z");
    auto const time = parse_time(iso);
    // Written back it must be the same: that checks the weekday and all separators.
    if (!time.ok() || write_http_date(time.value()) != text) return wrong();
    return time.value();
}

}  // namespace exhibit::tus
