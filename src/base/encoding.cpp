#include "base/encoding.hpp"

#include <sodium.h>

#include <array>

namespace exhibit {
namespace {

Error not_encoded(char const* name, std::size_t offset) {
    return bad_input(std::string("is not ") + name)
        .at("character " + std::to_string(offset))
        .coded("encoding");
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

constexpr std::string_view base32_alphabet = "abcdefghijklmnopqrstuvwxyz234567";

int base32_value(char c) {
    if (c >= 'a' && c <= 'z') return c - 'a';
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= '2' && c <= '7') return c - '2' + 26;
    return -1;
}

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64_url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

using Values = std::array<std::uint8_t, 256>;
constexpr std::uint8_t no_value = 0xff;

constexpr Values values_of(std::string_view alphabet) {
    Values values{};
    values.fill(no_value);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return values;
}
constexpr Values base64_values = values_of(base64_alphabet);
constexpr Values base64_url_values = values_of(base64_url_alphabet);

}  // namespace

std::string to_hex(ByteView bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (auto byte : bytes) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

Result<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return not_encoded("hexadecimal (odd length)", text.size());
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        int const high = hex_value(text[i]);
        int const low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return not_encoded("lower-case hexadecimal", i);
        out.push_back(static_cast<Byte>(high << 4 | low));
    }
    return out;
}

std::string to_base64(ByteView bytes, Base64 form) {
    auto const alphabet = form == Base64::url_unpadded ? base64_url_alphabet : base64_alphabet;
    std::string out;
    out.resize((bytes.size() + 2) / 3 * 4);
    std::size_t at = 0;
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        unsigned const three = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
        for (int shift = 18; shift >= 0; shift -= 6) out[at++] = alphabet[three >> shift & 63];
    }
    if (auto const rest = bytes.size() - i; rest > 0) {
        unsigned const three = bytes[i] << 16 | (rest == 2 ? bytes[i + 1] << 8 : 0);
        out[at++] = alphabet[three >> 18];
        out[at++] = alphabet[three >> 12 & 63];
        if (rest == 2) out[at++] = alphabet[three >> 6 & 63];
        while (form == Base64::padded && at % 4 != 0) out[at++] = '=';
    }
    out.resize(at);
    return out;
}

Result<Bytes> from_base64(std::string_view text, Base64 form) {
    auto const& values = form == Base64::url_unpadded ? base64_url_values : base64_values;
    auto body = text;
    if (form == Base64::padded) {
        if (text.size() % 4 != 0) return not_encoded("canonical base64", text.size());
        for (int i = 0; i < 2 && body.ends_with('='); ++i) body.remove_suffix(1);
    }
    if (body.size() % 4 == 1) return not_encoded("canonical base64", body.size());
    Bytes out(body.size() / 4 * 3 + (body.size() % 4 == 0 ? 0 : body.size() % 4 - 1));
    std::size_t at = 0;
    unsigned held = 0;
    for (std::size_t i = 0; i < body.size(); ++i) {
        auto const value = values[static_cast<unsigned char>(body[i])];
        if (value == no_value) return not_encoded("canonical base64", i);
        held = held << 6 | value;
        if (i % 4 != 0) out[at++] = static_cast<Byte>(held >> (6 - i % 4 * 2));
    }
    // One value has one text: the bits that no byte uses are zero.
    unsigned const unused = body.size() % 4 == 2 ? 15 : body.size() % 4 == 3 ? 3 : 0;
    if ((held & unused) != 0) return not_encoded("canonical base64", body.size());
    return out;
}

std::string secret_to_base64(ByteView bytes) {
    int const variant = sodium_base64_VARIANT_ORIGINAL;
    std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), variant);
    out.pop_back();  // libsodium counts and writes a final NUL
    return out;
}

Result<Bytes> secret_from_base64(std::string_view text) {
    Bytes out(text.size() / 4 * 3 + 3);
    std::size_t length = 0;
    char const* end = nullptr;
    int const rc = sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr,
                                     &length, &end, sodium_base64_VARIANT_ORIGINAL);
    if (rc != 0 || end != text.data() + text.size())
        return not_encoded("canonical base64", text.size());
    out.resize(length);
    return out;
}

Result<Bytes> from_base64_any(std::string_view text) {
    std::string normal(text);
    while (!normal.empty() && normal.back() == '=') normal.pop_back();
    // Padding is there in full or not at all.
    if (normal.size() != text.size() && (text.size() % 4 != 0 || text.size() - normal.size() > 2)) {
        return not_encoded("base64", normal.size());
    }
    bool const url = normal.find_first_of("-_") != std::string::npos;
    return from_base64(normal, url ? Base64::url_unpadded : Base64::unpadded);
}

std::string to_base32(ByteView bytes) {
    std::string out;
    unsigned buffer = 0;
    int bits = 0;
    for (auto byte : bytes) {
        buffer = (buffer << 8 | byte) & 0xfff;
        bits += 8;
        while (bits >= 5) {
            out += base32_alphabet[buffer >> (bits - 5) & 31];
            bits -= 5;
        }
    }
    if (bits > 0) out += base32_alphabet[buffer << (5 - bits) & 31];
    return out;
}

Result<Bytes> from_base32(std::string_view text) {
    Bytes out;
    unsigned buffer = 0;
    int bits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        int const value = base32_value(text[i]);
        if (value < 0) return not_encoded("base32", i);
        buffer = (buffer << 5 | static_cast<unsigned>(value)) & 0xfff;
        bits += 5;
        if (bits >= 8) {
            out.push_back(static_cast<Byte>(buffer >> (bits - 8)));
            bits -= 8;
        }
    }
    if (bits >= 5 || (buffer & ((1u << bits) - 1)) != 0)
        return not_encoded("canonical base32", text.size());
    return out;
}

bool is_utf8(ByteView bytes) {
    std::size_t i = 0;
    while (i < bytes.size()) {
        unsigned const lead = bytes[i];
        std::size_t more = 0;
        std::uint32_t point = 0;
        std::uint32_t smallest = 0;
        if (lead < 0x80) {
            ++i;
            continue;
        }
        if (lead >= 0xc2 && lead <= 0xdf) {
            more = 1;
            point = lead & 0x1f;
            smallest = 0x80;
        } else if (lead >= 0xe0 && lead <= 0xef) {
            more = 2;
            point = lead & 0x0f;
            smallest = 0x800;
        } else if (lead >= 0xf0 && lead <= 0xf4) {
            more = 3;
            point = lead & 0x07;
            smallest = 0x10000;
        } else
            return false;
        if (bytes.size() - i <= more) return false;
        for (std::size_t k = 1; k <= more; ++k) {
            if ((bytes[i + k] & 0xc0) != 0x80) return false;
            point = point << 6 | (bytes[i + k] & 0x3fu);
        }
        if (point < smallest || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
            return false;
        i += more + 1;
    }
    return true;
}

}  // namespace exhibit
