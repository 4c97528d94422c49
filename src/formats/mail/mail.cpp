#include "formats/mail/mail.hpp"

#include <algorithm>
#include <array>

#include "base/encoding.hpp"

namespace exhibit::mail {
namespace {

constexpr std::size_t local_bytes_max = 64;      // RFC 5321 §4.5.3.1.1
constexpr std::size_t label_bytes_max = 63;      // RFC 1035 §2.3.4
constexpr std::size_t base64_line_letters = 76;  // RFC 2045 §6.8
constexpr std::size_t encoded_word_bytes = 42;   // 75 letters at most, RFC 2047 §2

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 5322 §3.2.3, atext.
bool is_atom_letter(char c) {
    return is_alphanumeric(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= label_bytes_max && label.front() != '-' &&
           label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

// Parts between dots, none empty.
template <typename Check>
bool all_parts(std::string_view text, Check const& check) {
    while (true) {
        auto const dot = text.find('.');
        if (!check(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_atom(std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, is_atom_letter);
}

// RFC 5322 §3.3. Via RFC 3339, so that the calendar is reckoned in one place (base/time).
std::string write_date(WallTime time) {
    constexpr std::array<std::string_view, 7> weekdays = {"Thu", "Fri", "Sat", "Sun",
                                                          "Mon", "Tue", "Wed"};
    constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const text = write_time(time);
    auto const month = static_cast<std::size_t>((text[5] - '0') * 10 + text[6] - '0') - 1;
    auto const day = static_cast<std::size_t>(time.since_epoch_ms() / 86'400'000 % 7);
    return std::string(weekdays.at(day)) + ", " + text.substr(8, 2) + " " +
           std::string(months.at(month)) + " " + text.substr(0, 4) + " " + text.substr(11, 8) +
           " +0000";
}

// RFC 2047: words of whole characters, each encoded alone.
std::string write_subject(std::string_view text) {
    bool const plain = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; }) &&
                       text.find("=?") == std::string_view::npos;
    if (plain) return std::string(text);
    std::string out;
    while (!text.empty()) {
        auto size = std::min(text.size(), encoded_word_bytes);
        while (size < text.size() && (static_cast<Byte>(text[size]) & 0xC0) == 0x80) --size;
        if (!out.empty()) out += "\r\n ";
        out += "=?UTF-8?B?" + to_base64(as_bytes(text.substr(0, size))) + "?=";
        text.remove_prefix(size);
    }
    return out;
}

std::string write_body(std::string_view text) {
    std::string lines;
    for (char const c : text) lines += c == '\n' ? std::string("\r\n") : std::string(1, c);
    auto const encoded = to_base64(as_bytes(lines));
    std::string out;
    for (std::size_t at = 0; at < encoded.size(); at += base64_line_letters)
        out += encoded.substr(at, base64_line_letters) + "\r\n";
    return out;
}

Error bad_text(std::string what) { return bad_input(std::move(what)).coded("mail-text"); }

}  // namespace

Outcome check_address(std::string_view address) {
    auto const at = address.find('@');
    bool const good = at != std::string_view::npos && address.size() <= address_bytes_max &&
                      at <= local_bytes_max && all_parts(address.substr(0, at), is_atom) &&
                      all_parts(address.substr(at + 1), is_label);
    if (!good) return bad_input("is not a mail address like ana@example.org").coded("mail-address");
    return {};
}

std::string_view domain_of(std::string_view address) {
    return address.substr(address.find('@') + 1);
}

Result<std::string> write_message(Message const& message) {
    TRY(check_address(message.from));
    TRY(check_address(message.to));
    if (message.subject.empty() || message.subject.size() > subject_bytes_max ||
        message.text.size() > text_bytes_max)
        return bad_text("subject or text is too long, or there is none");
    if (!is_utf8(as_bytes(message.subject)) || !is_utf8(as_bytes(message.text)))
        return bad_text("the text is not UTF-8");
    auto const is_control = [](char c) { return static_cast<Byte>(c) < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(message.subject, is_control))
        return bad_text("the subject is not one line");
    if (message.id.empty() || message.id.size() > local_bytes_max ||
        !std::ranges::all_of(message.id,
                             [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; }))
        return bad_input("is not a message id").coded("mail-id");
    return "Date: " + write_date(message.date) + "\r\nFrom: <" + message.from + ">\r\nTo: <" +
           message.to + ">\r\nMessage-ID: <" + message.id + "@" +
           std::string(domain_of(message.from)) +
           ">\r\nSubject: " + write_subject(message.subject) +
           "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
           "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n" +
           write_body(message.text);
}

}  // namespace exhibit::mail
