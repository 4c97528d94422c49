// Where the fields of a ustar header block lie (POSIX.1-2017, pax, "ustar Interchange Format").
// Internal.
#pragma once

#include "formats/tar/tar.hpp"

namespace exhibit::tar {

struct Field {
    std::size_t at;
    std::size_t size;
    ByteView of(ByteView block) const { return block.subspan(at, size); }
};

constexpr Field name_field{0, 100};
constexpr Field mode_field{100, 8};
constexpr Field uid_field{108, 8};
constexpr Field gid_field{116, 8};
constexpr Field size_field{124, 12};
constexpr Field mtime_field{136, 12};
constexpr Field checksum_field{148, 8};
constexpr Field type_field{156, 1};
constexpr Field magic_field{257, 8};  // "ustar\0" and the version "00"; GNU writes "ustar  \0"
constexpr Field devmajor_field{329, 8};
constexpr Field devminor_field{337, 8};
constexpr Field prefix_field{345, 155};

// Sum of all bytes, its own field counted as blanks.
unsigned checksum(ByteView block);

// Where the size stands: in the header if it fits, or in a pax record though it would fit.
enum class SizeIn { shortest, pax_record };
Result<Bytes> entry_header(Entry const& entry, SizeIn size_in);

}  // namespace exhibit::tar
