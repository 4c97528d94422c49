// Names in a .torrent are hostile: "../x", "/x", "a\b". A torrent with such names is read, but the
// names that come out are safe: one component each, and no two files share a path.
#pragma once

#include <set>

#include "base/bytes.hpp"

namespace exhibit::torrent {

// Fit to be written: UTF-8, 1 to 255 bytes, not "." or "..", no '/', '\' or control character.
bool is_safe_component(std::string_view component);

// The component itself if it is safe; else with '_' for what is not.
std::string safe_component(std::string_view component);

// Gives each path once: a path that is taken, lies below a file, or is a folder already, gets a
// number.
class DistinctPaths {
public:
    std::vector<std::string> distinct(std::vector<std::string> path);

private:
    std::set<std::vector<std::string>> files_;
    std::set<std::vector<std::string>> folders_;
};

}  // namespace exhibit::torrent
