#include "formats/bech32/bech32.hpp"

#include <algorithm>

namespace exhibit::bech32 {
namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_characters = 6;

Error refused(char const* why) {
    return bad_input(std::string("the key is mistyped or cut short: ") + why)
        .hint("copy it again, whole")
        .coded("bech32");
}

// BIP-173 "Checksum": a BCH code over GF(32), fed one five-bit value at a time.
class Checksum {
public:
    explicit Checksum(std::string_view lower_prefix) {
        for (char c : lower_prefix) add(static_cast<unsigned char>(c) >> 5);
        add(0);
        for (char c : lower_prefix) add(static_cast<unsigned char>(c) & 31);
    }
    void add(std::uint32_t value) {
        std::uint32_t const top = state_ >> 25;
        state_ = (state_ & 0x1ffffff) << 5 ^ value;
        static constexpr std::uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                      0x3d4233dd, 0x2a1462b3};
        for (unsigned bit = 0; bit < 5; ++bit) {
            // A mask, not a branch: the values may be those of a secret key.
            state_ ^= generator[bit] & (0u - (top >> bit & 1));
        }
    }
    std::uint32_t state() const { return state_; }

private:
    std::uint32_t state_ = 1;
};

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), to_lower);
    return out;
}

std::size_t text_size(std::string_view prefix, ByteView data) {
    return prefix.size() + 1 + (data.size() * 8 + 4) / 5 + checksum_characters;
}

void encode_into(std::string_view prefix, ByteView data, MutableBytes out) {
    VERIFY(!prefix.empty() && prefix.size() <= longest_prefix);
    bool const upper = std::ranges::any_of(prefix, is_upper);
    VERIFY(!(upper && std::ranges::any_of(prefix, is_lower)));
    Checksum checksum(lower(prefix));
    std::size_t at = 0;
    auto const put = [&](std::uint32_t value) {
        char const c = alphabet[value];
        out[at++] = static_cast<Byte>(upper ? to_upper(c) : c);
    };
    auto const put_data = [&](std::uint32_t value) {
        checksum.add(value);
        put(value);
    };
    for (char c : prefix) out[at++] = static_cast<Byte>(c);
    out[at++] = '1';
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (auto byte : data) {
        buffer = (buffer << 8 | byte) & 0xfff;
        for (bits += 8; bits >= 5; bits -= 5) put_data(buffer >> (bits - 5) & 31);
    }
    if (bits > 0) put_data(buffer << (5 - bits) & 31);
    for (std::size_t i = 0; i < checksum_characters; ++i) checksum.add(0);
    std::uint32_t const sum = checksum.state() ^ 1;
    for (unsigned i = 0; i < checksum_characters; ++i) put(sum >> (5 * (5 - i)) & 31);
    VERIFY(at == out.size());
}

Outcome check_characters(std::string_view text) {
    bool lower_seen = false;
    bool upper_seen = false;
    for (char c : text) {
        if (c < 33 || c > 126) return refused("a character that does not belong there");
        lower_seen |= is_lower(c);
        upper_seen |= is_upper(c);
    }
    if (lower_seen && upper_seen) return refused("lower and upper case are mixed");
    return {};
}

}  // namespace

Result<Decoded> decode(std::string_view text) {
    if (text.size() > longest_text) return refused("too long");
    TRY(check_characters(text));
    auto const separator = text.rfind('1');  // the prefix may itself hold a '1', the data may not
    if (separator == std::string_view::npos || separator == 0) return refused("no prefix");
    if (separator > longest_prefix) return refused("prefix too long");
    auto const values = text.substr(separator + 1);
    if (values.size() < checksum_characters) return refused("too short");
    Decoded out{std::string(text.substr(0, separator)), SecretBytes()};
    auto const characters = values.size() - checksum_characters;
    SecretBytes data(characters * 5 / 8);
    // reveal: the decoded key is written straight to where it will stay.
    auto bytes = data.reveal_for_writing();
    Checksum checksum(lower(out.prefix));
    std::size_t at = 0;
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto const value = alphabet.find(to_lower(values[i]));
        if (value == std::string_view::npos)
            return refused("a character that does not belong there");
        checksum.add(static_cast<std::uint32_t>(value));
        if (i >= characters) continue;
        buffer = (buffer << 5 | static_cast<std::uint32_t>(value)) & 0xfff;
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        bytes[at++] = static_cast<Byte>(buffer >> bits);
    }
    if (checksum.state() != 1) return refused("the checksum does not fit");
    // BIP-173: "any incomplete group at the end MUST be 4 bits or less, MUST be all zeroes".
    if (bits > 4 || (buffer & ((1u << bits) - 1)) != 0) return refused("wrong padding");
    out.data = std::move(data);
    return out;
}

std::string encode(std::string_view prefix, ByteView data) {
    std::string out(text_size(prefix, data), '\0');
    encode_into(prefix, data, MutableBytes(reinterpret_cast<Byte*>(out.data()), out.size()));
    return out;
}

SecretBytes encode_secret(std::string_view prefix, ByteView data) {
    SecretBytes out(text_size(prefix, data));
    encode_into(prefix, data, out.reveal_for_writing());
    return out;
}

}  // namespace exhibit::bech32
