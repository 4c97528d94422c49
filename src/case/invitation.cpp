#include "case/invitation.hpp"

#include <algorithm>

namespace exhibit {
namespace {

constexpr std::string_view scheme = "exhibit-guardian-1:";
constexpr std::size_t host_max = 253;

Error not_an_address(std::string_view text) {
    return wrong_use("is not an address like ana.example:7443")
        .at(std::string(text.substr(0, 100)))
        .coded("address");
}

Error not_an_invitation() {
    return wrong_use("is not an invitation")
        .hint(
            "it is one line that begins with exhibit-guardian-1: and comes from exhibit guard "
            "invite")
        .coded("invitation");
}

bool is_host_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

}  // namespace

Result<GuardianAddress> GuardianAddress::parse(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    if (lower.starts_with("https://")) lower.erase(0, 8);
    if (!lower.empty() && lower.back() == '/') lower.pop_back();
    GuardianAddress address;
    std::size_t host_end;
    if (lower.starts_with("[")) {
        auto const closing = lower.find(']');
        if (closing == std::string::npos) return not_an_address(text);
        auto const inside = std::string_view(lower).substr(1, closing - 1);
        if (inside.empty() ||
            inside.find_first_not_of("0123456789abcdef:.") != std::string_view::npos)
            return not_an_address(text);
        host_end = closing + 1;
    } else {
        host_end = std::min(lower.find(':'), lower.size());
        if (host_end == 0 || !std::ranges::all_of(lower.substr(0, host_end), is_host_letter))
            return not_an_address(text);
    }
    if (host_end > host_max) return not_an_address(text);
    address.host = lower.substr(0, host_end);
    if (host_end == lower.size()) return address;
    auto const digits = lower.substr(host_end + 1);
    if (lower[host_end] != ':' || digits.empty() || digits.size() > 5 || digits[0] == '0' ||
        digits.find_first_not_of("0123456789") != std::string::npos) {
        return not_an_address(text);
    }
    address.port = static_cast<unsigned>(std::stoul(digits));
    if (address.port > 65535) return not_an_address(text);
    return address;
}

Outcome check_guardian_name(std::string_view name) {
    bool const bad = name.empty() || name.size() > 64 || !is_utf8(as_bytes(name)) ||
                     std::ranges::any_of(name, [](char c) {
                         return c == ':' || c == ',' || static_cast<Byte>(c) < 0x20 || c == 0x7f;
                     });
    if (bad)
        return wrong_use("a guardian's name has 1 to 64 bytes and no colon or comma").coded("name");
    return {};
}

std::string Invitation::line() const {
    Bytes blob = to_bytes(ByteView(pin));
    append(blob, token);
    return std::string(scheme) + name + ":" + address.text() + ":" +
           to_base64(blob, Base64::url_unpadded);
}

Result<Invitation> Invitation::parse(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' '))
        line.remove_suffix(1);
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    if (!line.starts_with(scheme) || line.size() > 512) return not_an_invitation();
    line.remove_prefix(scheme.size());
    auto const name_end = line.find(':');
    auto const address_end = line.rfind(':');
    if (name_end == std::string_view::npos || address_end <= name_end + 1)
        return not_an_invitation();
    Invitation invitation;
    invitation.name = std::string(line.substr(0, name_end));
    TRY(check_guardian_name(invitation.name));
    invitation.address =
        TRY(GuardianAddress::parse(line.substr(name_end + 1, address_end - name_end - 1)));
    auto const blob = from_base64(line.substr(address_end + 1), Base64::url_unpadded);
    if (!blob.ok() || blob->size() != 48) return not_an_invitation();
    std::copy_n(blob->begin(), 32, invitation.pin.begin());
    std::copy_n(blob->begin() + 32, 16, invitation.token.begin());
    return invitation;
}

}  // namespace exhibit
