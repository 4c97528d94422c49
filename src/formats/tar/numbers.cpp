#include "formats/tar/numbers.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace exhibit::tar {
namespace {

Error bad_number() {
    return bad_input("a number in a tar header cannot be read").coded("tar-number");
}
Error bad_pax(std::string what) {
    return bad_input("a pax header of the tar file " + std::move(what)).coded("tar-pax");
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// GNU: the first byte is 0x80 (positive) or 0xff (negative), then two's complement, big-endian.
Result<std::int64_t> parse_base_256(ByteView field) {
    bool const negative = field[0] == 0xff;
    if (!negative && field[0] != 0x80) return bad_number();
    Byte const sign = negative ? 0xff : 0;
    auto digits = field.subspan(1);
    while (digits.size() > 8) {
        if (digits[0] != sign) return bad_number();
        digits = digits.subspan(1);
    }
    std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
    for (auto byte : digits) value = (value << 8) | byte;
    auto const out = static_cast<std::int64_t>(value);
    if ((out < 0) != negative) return bad_number();
    return out;
}

// All decimal, no leading zero.
template <typename Number>
Result<Number> parse_decimal(std::string_view text) {
    Number value = 0;
    auto const end = text.data() + text.size();
    if (text.empty() || !std::ranges::all_of(text, is_digit) ||
        (text.size() > 1 && text[0] == '0')) {
        return bad_pax("holds something that is not a number");
    }
    auto const [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return bad_pax("holds a number that is too large");
    return value;
}

Result<PaxRecord> take_record(std::string_view& rest) {
    auto const blank = rest.substr(0, 8).find(' ');
    if (blank == std::string_view::npos) return bad_pax("has a record without a length");
    auto const length = TRY(parse_decimal<std::size_t>(rest.substr(0, blank)));
    if (length > rest.size() || length < blank + 3)
        return bad_pax("has a record of a wrong length");
    auto record = rest.substr(0, length);
    if (record.back() != '\n') return bad_pax("has a record that does not end where it says");
    record = record.substr(blank + 1, length - blank - 2);
    auto const equals = record.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return bad_pax("has a record without a keyword");
    rest.remove_prefix(length);
    return PaxRecord{record.substr(0, equals), record.substr(equals + 1)};
}

}  // namespace

Result<std::int64_t> parse_number(ByteView field) {
    if ((field[0] & 0x80) != 0) return parse_base_256(field);
    auto text = as_text(field);
    text = text.substr(0, text.find('\0'));
    if (!std::ranges::all_of(as_text(field).substr(text.size()),
                             [](char c) { return c == '\0' || c == ' '; })) {
        return bad_number();
    }
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    std::int64_t value = 0;  // at most 12 octal digits: 36 bits
    for (char c : text) {
        if (c < '0' || c > '7') return bad_number();
        value = value * 8 + (c - '0');
    }
    return value;
}

Result<std::vector<PaxRecord>> parse_pax_records(ByteView bytes) {
    std::vector<PaxRecord> out;
    std::set<std::string_view> keys;
    for (auto rest = as_text(bytes); !rest.empty();) {
        auto const record = TRY(take_record(rest));
        if (!keys.insert(record.key).second) return bad_pax("says something twice");
        out.push_back(record);
    }
    return out;
}

Result<std::uint64_t> parse_pax_size(std::string_view text) {
    return parse_decimal<std::uint64_t>(text);
}

Result<std::int64_t> parse_pax_time(std::string_view text) {
    bool const negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    auto const point = text.find('.');
    auto const fraction =
        point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    if (!std::ranges::all_of(fraction, is_digit))
        return bad_pax("holds a time that cannot be read");
    auto seconds = TRY(parse_decimal<std::int64_t>(text.substr(0, point)));
    if (!negative) return seconds;
    bool const whole = std::ranges::all_of(fraction, [](char c) { return c == '0'; });
    return whole ? -seconds : -seconds - 1;  // cannot overflow: seconds ≤ max
}

}  // namespace exhibit::tar
