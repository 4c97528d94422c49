#include "formats/json/canonical.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/encoding.hpp"
#include "formats/json/strict.hpp"

namespace exhibit {
namespace {

void write_string(std::string_view text, std::string& out) {
    static constexpr char digits[] = "0123456789abcdef";
    out += '"';
    for (char c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\b': out += "\\b"; break;
            case '\f': out += "\\f"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default: {
                auto const byte = static_cast<Byte>(c);
                if (byte >= 0x20) {
                    out += c;
                    break;
                }
                out += "\\u00";
                out += digits[byte >> 4];
                out += digits[byte & 15];
            }
        }
    }
    out += '"';
}

bool is_small(Json const& integer) {
    if (integer.is_number_unsigned()) {
        return integer.get<std::uint64_t>() < std::uint64_t{integer_end};
    }
    auto const value = integer.get<std::int64_t>();
    return value > -integer_end && value < integer_end;
}

void write_number(Json const& number, std::string& out) {
    if (number.is_number_float() || !is_small(number)) {
        out += write_es6_number(number.get<double>());
    } else {
        out += std::to_string(number.get<std::int64_t>());
    }
}

void write_value(Json const& value, std::string& out);

void write_object(Json const& object, std::string& out) {
    using Member = Json::object_t::value_type;
    std::vector<Member const*> members;
    for (auto const& member : object.get_ref<Json::object_t const&>()) members.push_back(&member);
    std::ranges::sort(
        members, [](Member const* a, Member const* b) { return utf16_less(a->first, b->first); });
    out += '{';
    for (auto const* member : members) {
        if (member != members.front()) out += ',';
        write_string(member->first, out);
        out += ':';
        write_value(member->second, out);
    }
    out += '}';
}

void write_array(Json const& array, std::string& out) {
    out += '[';
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (i != 0) out += ',';
        write_value(array[i], out);
    }
    out += ']';
}

void write_value(Json const& value, std::string& out) {
    switch (value.type()) {
        case Json::value_t::null: out += "null"; return;
        case Json::value_t::boolean: out += value.get<bool>() ? "true" : "false"; return;
        case Json::value_t::string: write_string(value.get_ref<std::string const&>(), out); return;
        case Json::value_t::object: write_object(value, out); return;
        case Json::value_t::array: write_array(value, out); return;
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
        case Json::value_t::number_float: write_number(value, out); return;
        case Json::value_t::binary:
        case Json::value_t::discarded: break;
    }
    VERIFY(!"a kind of value that JSON does not have");
}

Error unwritable(char const* what) { return bad_input(what).coded("json"); }

Outcome check_text(std::string const& text) {
    if (!is_utf8(as_bytes(text))) return unwritable("has text that is not UTF-8");
    return {};
}

Outcome check_object(Json const& object) {
    for (auto const& [name, member] : object.get_ref<Json::object_t const&>()) {
        TRY(check_text(name));
        TRY(check_json(member));
    }
    return {};
}

}  // namespace

bool utf16_less(std::string_view a, std::string_view b) {
    auto const [at_a, at_b] = std::ranges::mismatch(a, b);
    if (at_a == a.end() || at_b == b.end()) return a.size() < b.size();
    auto const byte_a = static_cast<Byte>(*at_a);
    auto const byte_b = static_cast<Byte>(*at_b);
    // The order of UTF-8 is that of code points. UTF-16 differs in one place: what has a lead byte
    // of f0 to f4 is written with surrogates (d800 up), below ee and ef (e000 up).
    bool const astral_a = byte_a >= 0xf0;
    bool const astral_b = byte_b >= 0xf0;
    if (astral_a != astral_b && byte_a >= 0xee && byte_b >= 0xee) return astral_a;
    return byte_a < byte_b;
}

std::string write_es6_number(double value) {
    VERIFY(std::isfinite(value));
    if (value == 0) return "0";  // -0 too
    if (value < 0) return "-" + write_es6_number(-value);
    char buffer[32];
    auto const written =
        std::to_chars(std::begin(buffer), std::end(buffer), value, std::chars_format::scientific);
    VERIFY(written.ec == std::errc{});
    std::string_view const text(buffer, static_cast<std::size_t>(written.ptr - buffer));
    auto const mark = text.find('e');
    std::string digits(text.substr(0, mark));
    std::erase(digits, '.');
    auto exponent = text.substr(mark + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    int power = 0;
    std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);

    // ECMA-262 Number::toString: the value is 0.<digits> times 10^n.
    int const n = power + 1;
    auto const k = static_cast<int>(digits.size());
    auto const zeros = [](int count) { return std::string(static_cast<std::size_t>(count), '0'); };
    if (k <= n && n <= 21) return digits + zeros(n - k);
    if (0 < n && n <= 21) return digits.insert(static_cast<std::size_t>(n), 1, '.');
    if (-6 < n && n <= 0) return "0." + zeros(-n) + digits;
    if (k > 1) digits.insert(1, 1, '.');
    return digits + (power < 0 ? "e-" : "e+") + std::to_string(std::abs(power));
}

Outcome check_json(Json const& value) {
    switch (value.type()) {
        case Json::value_t::null:
        case Json::value_t::boolean: return {};
        case Json::value_t::string: return check_text(value.get_ref<std::string const&>());
        case Json::value_t::object: return check_object(value);
        case Json::value_t::array:
            for (auto const& element : value) { TRY(check_json(element)); }
            return {};
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
            if (!is_small(value)) return unwritable("has an integer of magnitude 2^53 or more");
            return {};
        case Json::value_t::number_float: return unwritable("has a number that is not an integer");
        case Json::value_t::binary:
        case Json::value_t::discarded: break;
    }
    return unwritable("has a kind of value that JSON does not have");
}

std::string write_json(Json const& value) {
    VERIFY(check_json(value).ok());
    std::string out;
    write_value(value, out);
    return out;
}

Result<std::string> canonicalise(ByteView json_text, JsonLimits limits) {
    auto const value = TRY(parse_strict(json_text, limits, Numbers::doubles));
    std::string out;
    write_value(value, out);
    return out;
}

}  // namespace exhibit
