// What the entries of an exhibit's package are called.
#pragma once

#include <string>
#include <string_view>

namespace exhibit {

// The name of the original inside the package: one component of at most 255 bytes, never one of the
// package's own names, never one that looks like a part. A function of the file's name alone; the
// true name is in the disclosures.
std::string package_entry_name(std::string_view file_name);

// What comes from a pipe is in parts, numbered from 0: "sound.wav.part-000000". Cut so that the
// number fits into a file name, no character in two.
std::string package_part_name(std::string_view entry, unsigned part);

// Is `name` that of a part of `entry`? Of anything, when that is empty?
bool is_package_part(std::string_view name, std::string_view entry = {});

}  // namespace exhibit
