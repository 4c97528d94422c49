// A tar archive of small files, one entry after the other, whatever their names.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "formats/tar/tar.hpp"

namespace exhibit::test {

inline Bytes tar_of(std::vector<std::pair<std::string, std::string>> const& entries) {
    Bytes tar;
    for (auto const& [name, content] : entries) {
        append(tar, tar::entry_header({.name = name, .size = content.size()}).take());
        append(tar, as_bytes(content));
        append(tar, tar::padding_after(content.size()));
    }
    append(tar, tar::end_of_archive());
    return tar;
}

}  // namespace exhibit::test
