#include "base/encoding.hpp"

#include <sodium.h>

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

int sodium_variant(Base64 form) {
    switch (form) {
        case Base64::padded: return sodium_base64_VARIANT_ORIGINAL;
        case Base64::unpadded: return sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
        case Base64::url_unpadded: return sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    }
    return 0;
}

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
    int const variant = sodium_variant(form);
    std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), variant);
    out.pop_back();  // libsodium counts and writes a final NUL
    return out;
}

Result<Bytes> from_base64(std::string_view text, Base64 form) {
    Bytes out(text.size() / 4 * 3 + 3);
    std::size_t length = 0;
    char const* end = nullptr;
    int const rc = sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr,
                                     &length, &end, sodium_variant(form));
    auto const stopped =
        end == nullptr ? std::size_t{0} : static_cast<std::size_t>(end - text.data());
    if (rc != 0 || stopped != text.size()) return not_encoded("canonical base64", stopped);
    out.resize(length);
    // libsodium tolerates some non-canonical tails; one value must have one text.
    if (to_base64(out, form) != text) return not_encoded("canonical base64", text.size());
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
