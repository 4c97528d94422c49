#include "formats/iso6709/iso6709.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace exhibit::iso6709 {
namespace {

constexpr std::int64_t altitude_mm_max = 100'000'000;  // 100 km

Error not_a_place() { return bad_input("is not a place like +43.8201+087.6103/").coded("place"); }

// A sign, digits, perhaps a fraction of at most nine digits.
struct Number {
    bool negative = false;
    std::string whole;
    std::int64_t fraction = 0;  // in 1e-9
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<Number> take_number(std::string_view& text) {
    if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    Number out;
    out.negative = text[0] == '-';
    text.remove_prefix(1);
    while (!text.empty() && is_digit(text[0])) {
        if (out.whole.size() == 9) return std::nullopt;
        out.whole += text[0];
        text.remove_prefix(1);
    }
    if (out.whole.empty()) return std::nullopt;
    if (text.empty() || text[0] != '.') return out;
    text.remove_prefix(1);
    std::int64_t unit = 100'000'000;
    bool any = false;
    while (!text.empty() && is_digit(text[0])) {
        out.fraction += (text[0] - '0') * unit;  // digits past the ninth count for nothing
        unit /= 10;
        any = true;
        text.remove_prefix(1);
    }
    return any ? std::optional(out) : std::nullopt;
}

std::int64_t rounded(std::int64_t value, std::int64_t by) { return (value + by / 2) / by; }

// Degrees, degrees and minutes, or degrees, minutes and seconds: told apart by how many digits
// there are before the point. `least` is the number of digits of the degrees alone.
std::optional<std::int64_t> angle(Number const& number, std::size_t least) {
    auto const digits = number.whole.size();
    if (digits != least && digits != least + 2 && digits != least + 4) return std::nullopt;
    auto const part = [&](std::size_t at, std::size_t count) {
        return std::strtoll(number.whole.substr(at, count).c_str(), nullptr, 10);
    };
    constexpr std::int64_t nano = 1'000'000'000;
    auto total = part(0, least) * nano;  // 1e-9 degrees
    if (digits == least) total += number.fraction;
    if (digits == least + 2) {
        if (part(least, 2) > 59) return std::nullopt;
        total += rounded(part(least, 2) * nano + number.fraction, 60);
    }
    if (digits == least + 4) {
        if (part(least, 2) > 59 || part(least + 2, 2) > 59) return std::nullopt;
        total += rounded((part(least, 2) * 60 + part(least + 2, 2)) * nano + number.fraction, 3600);
    }
    auto const units = rounded(total, 100);
    return number.negative ? -units : units;
}

std::string degrees_text(std::int32_t value, int digits, unsigned decimals, bool trim) {
    auto const positive = std::abs(static_cast<std::int64_t>(value));
    char out[64];
    std::snprintf(out, sizeof out, "%c%0*lld", value < 0 ? '-' : '+', digits,
                  static_cast<long long>(positive / degree));
    std::string text = out;
    if (decimals == 0) return text;
    std::snprintf(out, sizeof out, "%07lld", static_cast<long long>(positive % degree));
    std::string fraction(out, decimals);
    while (trim && !fraction.empty() && fraction.back() == '0') fraction.pop_back();
    return fraction.empty() ? text : text + "." + fraction;
}

std::string altitude_text(std::int32_t mm) {
    auto const positive = std::abs(static_cast<std::int64_t>(mm));
    auto text = (mm < 0 ? "-" : "+") + std::to_string(positive / 1000);
    if (positive % 1000 == 0) return text;
    char fraction[16];
    std::snprintf(fraction, sizeof fraction, ".%03d", static_cast<int>(positive % 1000));
    text += fraction;
    while (text.back() == '0') text.pop_back();
    return text;
}

std::string with_letter(std::string_view number, char positive, char negative) {
    auto digits = number.substr(1);
    while (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1])) digits.remove_prefix(1);
    return std::string(digits) + " " + (number[0] == '-' ? negative : positive);
}

}  // namespace

std::optional<Place> place_of(std::int64_t latitude, std::int64_t longitude) {
    if (latitude < -90LL * degree || latitude > 90LL * degree) return std::nullopt;
    if (longitude < -180LL * degree || longitude > 180LL * degree) return std::nullopt;
    return Place{static_cast<std::int32_t>(latitude), static_cast<std::int32_t>(longitude),
                 std::nullopt};
}

std::string write_place(Place const& place) {
    auto text =
        degrees_text(place.latitude, 2, 7, true) + degrees_text(place.longitude, 3, 7, true);
    if (place.altitude_mm) text += altitude_text(*place.altitude_mm);
    return text + "/";
}

Result<Place> parse_place(std::string_view text) {
    if (text.size() > text_max) return not_a_place();
    auto const latitude = take_number(text);
    auto const longitude = take_number(text);
    if (!latitude || !longitude) return not_a_place();
    auto const north = angle(*latitude, 2);
    auto const east = angle(*longitude, 3);
    auto place = north && east ? place_of(*north, *east) : std::nullopt;
    if (!place) return not_a_place();
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        auto const height = take_number(text);
        if (!height || height->whole.size() > 6) return not_a_place();
        auto const mm = std::strtoll(height->whole.c_str(), nullptr, 10) * 1000 +
                        rounded(height->fraction, 1'000'000);
        if (mm > altitude_mm_max) return not_a_place();
        place->altitude_mm = static_cast<std::int32_t>(height->negative ? -mm : mm);
    }
    if (text.starts_with("CRS")) text.remove_prefix(std::min(text.find('/'), text.size()));
    if (!text.empty() && text != "/") return not_a_place();
    return *place;
}

std::string write_cell(Place const& place, unsigned decimals) {
    return degrees_text(place.latitude, 2, std::min(decimals, 7u), false) +
           degrees_text(place.longitude, 3, std::min(decimals, 7u), false) + "/";
}

std::string show_place(Place const& place) {
    // Rounded as people expect, not cut: what is cut is a cell.
    auto const hundredths = [](std::int32_t value) {
        auto const positive = std::abs(static_cast<std::int64_t>(value));
        auto const in = rounded(positive, degree / 100);
        char out[64];
        std::snprintf(out, sizeof out, "%lld.%02lld", static_cast<long long>(in / 100),
                      static_cast<long long>(in % 100));
        return std::string(out);
    };
    return hundredths(place.latitude) + (place.latitude < 0 ? " S " : " N ") +
           hundredths(place.longitude) + (place.longitude < 0 ? " W" : " E");
}

std::string show_cell(std::string_view text) {
    if (!parse_place(text).ok()) return std::string(text);
    auto const second = text.find_first_of("+-", 1);
    auto const end = text.find_first_of("+-/C", second + 1);
    return with_letter(text.substr(0, second), 'N', 'S') + " " +
           with_letter(text.substr(second, end - second), 'E', 'W');
}

std::int64_t metres_between(Place const& a, Place const& b) {
    constexpr double metres_per_degree = 111'195.0;
    auto const radians = [](double degrees) { return degrees * 3.14159265358979323846 / 180; };
    auto const north = (static_cast<double>(a.latitude) - b.latitude) / degree;
    auto east = std::fabs((static_cast<double>(a.longitude) - b.longitude) / degree);
    if (east > 180) east = 360 - east;
    // Haversine: also near the poles and for far places.
    auto const lat_a = radians(static_cast<double>(a.latitude) / degree);
    auto const lat_b = radians(static_cast<double>(b.latitude) / degree);
    auto const h = std::pow(std::sin(radians(north) / 2), 2) +
                   std::cos(lat_a) * std::cos(lat_b) * std::pow(std::sin(radians(east) / 2), 2);
    auto const degrees = 2 * std::asin(std::min(1.0, std::sqrt(h))) * 180 / 3.14159265358979323846;
    return static_cast<std::int64_t>(std::llround(degrees * metres_per_degree));
}

}  // namespace exhibit::iso6709
