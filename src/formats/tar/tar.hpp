// tar: POSIX ustar with pax extended headers (POSIX.1-2017, pax "Extended Description"), as
// streams. The plaintext of every exhibit is one, so that `age -d | tar x` opens it.
//
// Comes in: entries (name, size, mtime, mode) and pieces of any length.
// Goes out: headers and padding to write around the caller's bytes; on reading, calls of a handler.
//
// Reading order: tar.hpp (entry, writer), padme.hpp (the .padding entry), name.hpp (names that may
// become paths, and names that may be shown), reader.hpp (push parser).
//
// Written: regular files; a pax header when the name is longer than 100 bytes or not printable
// ASCII, when the size is past 8 GiB, or when the time does not fit. The same entry always gives
// the same bytes. Read as well: folders (if asked for), base-256 numbers and long names ('L') of
// GNU tar, the prefix field. Not implemented: links, devices, FIFOs and sparse files are refused
// with their kind; the old v7 format (no magic) is refused; owner, group, atime and xattrs are
// ignored; pax character sets but UTF-8 and BINARY.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace exhibit::tar {

constexpr std::size_t block_bytes = 512;
constexpr std::size_t end_bytes = 2 * block_bytes;
constexpr std::size_t name_limit = 4096;                  // PATH_MAX
constexpr std::uint64_t octal_size_limit = 077777777777;  // 8 GiB - 1: what 11 octal digits hold
constexpr std::uint64_t size_limit = std::uint64_t{1}
                                     << 60;  // no file is larger; sums cannot overflow

enum class Kind { file, folder };

struct Entry {
    std::string
        name;  // bytes, usually UTF-8; as found, not yet safe as a path (see safe_relative_name)
    std::uint64_t size = 0;
    std::int64_t mtime = 0;  // seconds since 1970
    std::uint32_t mode = 0644;
    Kind kind = Kind::file;  // read only: the writer takes files
    friend bool operator==(Entry const&, Entry const&) = default;
};

// Everything that goes before the content. Code "tar-name" (empty, too long, NUL) or "tar-size".
Result<Bytes> entry_header(Entry const& entry);

// Zero to 511 zero bytes after a content of this size.
Bytes padding_after(std::uint64_t size);
constexpr std::uint64_t padding_bytes_after(std::uint64_t size) {
    return (block_bytes - size % block_bytes) % block_bytes;
}

// The two zero blocks that end an archive.
Bytes end_of_archive();

}  // namespace exhibit::tar
