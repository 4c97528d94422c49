#include "formats/tar/tar.hpp"

#include <algorithm>
#include <cstdio>

#include "base/encoding.hpp"
#include "formats/tar/fields.hpp"

namespace exhibit::tar {
namespace {

constexpr std::int64_t octal_time_limit = 077777777777;
constexpr char const* pax_header_name =
    "PaxHeaders/entry";  // the same for all: it says nothing new

bool is_printable_ascii(std::string_view name) {
    return std::ranges::all_of(name, [](char c) { return c >= 0x20 && c < 0x7f; });
}

void put(Bytes& block, Field field, std::string_view text) {
    VERIFY(text.size() <= field.size);
    std::ranges::copy(as_bytes(text), block.begin() + static_cast<long>(field.at));
}

// Digits with leading zeros, then NUL (POSIX ustar).
void put_octal(Bytes& block, Field field, std::uint64_t value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%0*llo", static_cast<int>(field.size - 1),
                  static_cast<unsigned long long>(value));
    VERIFY(std::string_view(digits).size() == field.size - 1);
    put(block, field, digits);
}

struct Header {
    std::string_view name;
    std::uint64_t size;
    std::uint64_t mtime;
    std::uint32_t mode;
    char type;
};

// Owner and group are root without a name: who filmed is not told to whoever opens the package.
Bytes header_block(Header const& header) {
    Bytes block(block_bytes, 0);
    put(block, name_field, header.name);
    put_octal(block, mode_field, header.mode & 07777);
    put_octal(block, uid_field, 0);
    put_octal(block, gid_field, 0);
    put_octal(block, size_field, header.size);
    put_octal(block, mtime_field, header.mtime);
    block[type_field.at] = static_cast<Byte>(header.type);
    put(block, magic_field,
        std::string_view("ustar\0"
                         "00",
                         8));
    put_octal(block, devmajor_field, 0);
    put_octal(block, devminor_field, 0);
    // The sum is written as six digits, NUL, blank.
    char digits[8];
    std::snprintf(digits, sizeof digits, "%06o", checksum(block));
    put(block, checksum_field, std::string_view(digits, 7));
    block[checksum_field.at + 7] = ' ';
    return block;
}

// "length keyword=value\n", where the length counts its own digits.
std::string pax_record(std::string_view key, std::string_view value) {
    auto const rest = key.size() + value.size() + 3;  // blank, '=', newline
    auto length = rest + 1;
    while (rest + std::to_string(length).size() != length) {
        length = rest + std::to_string(length).size();
    }
    return std::to_string(length) + " " + std::string(key) + "=" + std::string(value) + "\n";
}

// For readers that know no pax: printable, cut to the field.
std::string plain_name(std::string_view name) {
    std::string out(name.substr(0, name_field.size));
    std::ranges::replace_if(
        out, [](char c) { return c < 0x20 || c >= 0x7f; }, '_');
    return out;
}

std::string pax_records(Entry const& entry, SizeIn size_in) {
    std::string out;
    if (entry.name.size() > name_field.size || !is_printable_ascii(entry.name)) {
        // POSIX: values are UTF-8 unless hdrcharset says that they are bytes.
        if (!is_utf8(as_bytes(entry.name))) out += pax_record("hdrcharset", "BINARY");
        out += pax_record("path", entry.name);
    }
    if (entry.size > octal_size_limit || size_in == SizeIn::pax_record) {
        out += pax_record("size", std::to_string(entry.size));
    }
    if (entry.mtime < 0 || entry.mtime > octal_time_limit) {
        out += pax_record("mtime", std::to_string(entry.mtime));
    }
    return out;
}

}  // namespace

unsigned checksum(ByteView block) {
    unsigned sum = 0;
    for (std::size_t i = 0; i < block.size(); ++i) {
        bool const own = i >= checksum_field.at && i < checksum_field.at + checksum_field.size;
        sum += own ? ' ' : block[i];
    }
    return sum;
}

Result<Bytes> entry_header(Entry const& entry) { return entry_header(entry, SizeIn::shortest); }

Result<Bytes> entry_header(Entry const& entry, SizeIn size_in) {
    if (entry.name.empty() || entry.name.size() > name_limit ||
        entry.name.find('\0') != std::string::npos || entry.name.back() == '/') {
        return bad_input("this name cannot be written into a tar file")
            .hint("rename the file: one to 4096 bytes, no zero byte, no slash at the end")
            .coded("tar-name");
    }
    if (entry.size > size_limit)
        return bad_input("a file is too large for a tar file").coded("tar-size");
    VERIFY(entry.kind == Kind::file);

    Bytes out;
    auto const records = pax_records(entry, size_in);
    if (!records.empty()) {
        out = header_block({pax_header_name, records.size(), 0, 0644, 'x'});
        append(out, records);
        append(out, padding_after(records.size()));
    }
    auto const size = entry.size > octal_size_limit ? 0 : entry.size;
    auto const mtime = std::clamp<std::int64_t>(entry.mtime, 0, octal_time_limit);
    append(out, header_block({plain_name(entry.name), size, static_cast<std::uint64_t>(mtime),
                              entry.mode, '0'}));
    return out;
}

Bytes padding_after(std::uint64_t size) {
    return Bytes(static_cast<std::size_t>(padding_bytes_after(size)), 0);
}

Bytes end_of_archive() { return Bytes(end_bytes, 0); }

}  // namespace exhibit::tar
