// The project's own files, as text. Nothing that was built or installed.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "support/shared.hpp"

namespace exhibit::tidy {

namespace fs = std::filesystem;

struct File {
    std::string path;  // from the project's root, with '/'
    std::string text;

    std::string folder() const { return path.substr(0, path.rfind('/')); }
    bool below(std::string const& start) const { return path.starts_with(start + "/"); }
    bool is_cpp() const { return path.ends_with(".cpp") || path.ends_with(".hpp"); }
    std::vector<std::string> lines() const {
        std::vector<std::string> out;
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);) out.push_back(line);
        return out;
    }
};

inline std::string read(fs::path const& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<File> const& all_files() {
    static auto const files = [] {
        std::vector<File> out;
        fs::path const root = test::source_folder();
        std::set<std::string> const not_ours = {"build", "node_modules", ".git", ".cache",
                                                "corpus"};
        auto walk = fs::recursive_directory_iterator(root);
        for (auto const& entry : walk) {
            if (entry.is_directory() && not_ours.contains(entry.path().filename().string())) {
                walk.disable_recursion_pending();
            } else if (entry.is_regular_file()) {
                out.push_back(
                    {entry.path().lexically_relative(root).generic_string(), read(entry.path())});
            }
        }
        std::ranges::sort(out, {}, &File::path);
        return out;
    }();
    return files;
}

inline std::vector<File> files_below(std::string const& start) {
    std::vector<File> out;
    std::ranges::copy_if(all_files(), std::back_inserter(out),
                         [&](File const& f) { return f.below(start); });
    return out;
}

inline std::vector<File> cpp_files() {
    std::vector<File> out;
    for (auto const* start : {"src", "tests", "fuzz", "bench", "sim"}) {
        std::ranges::copy_if(files_below(start), std::back_inserter(out), &File::is_cpp);
    }
    return out;
}

// tests/tidy/ratchet.txt: `name number`, or `name path number`. What is not listed is 0.
inline std::map<std::string, std::size_t> const& ratchet() {
    static auto const numbers = [] {
        std::map<std::string, std::size_t> out;
        for (auto const& line :
             File{"", read(test::source_folder() / "tests/tidy/ratchet.txt")}.lines()) {
            auto const space = line.rfind(' ');
            if (line.empty() || line.starts_with('#') || space == std::string::npos) continue;
            out[line.substr(0, space)] = std::stoul(line.substr(space + 1));
        }
        return out;
    }();
    return numbers;
}
inline std::size_t allowed(std::string const& name) {
    auto const found = ratchet().find(name);
    return found == ratchet().end() ? 0 : found->second;
}

}  // namespace exhibit::tidy
