// Which case is meant: --case, $EXHIBIT_CASE, or the only one there is.
#include <algorithm>
#include <cstdlib>

#include "cli/epochs.hpp"

namespace exhibit::cli {

Path cases_folder(Globals const& globals) {
    if (!globals.dir.empty()) return globals.dir;
    if (char const* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
        return Path(data) / "exhibit";
    char const* const home = std::getenv("HOME");
    return Path(home != nullptr ? home : ".") / ".local" / "share" / "exhibit";
}

std::vector<std::string> case_names(Globals const& globals) {
    std::vector<std::string> names;
    std::error_code problem;
    for (auto const& entry : std::filesystem::directory_iterator(cases_folder(globals), problem)) {
        auto const name = entry.path().filename().string();
        if (name.starts_with(".")) continue;  // of an init that was killed
        if (is_there(entry.path() / "case.json")) names.push_back(first_name(name));
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

Result<std::string> chosen_case(Globals const& globals) {
    std::string name = globals.case_name;
    if (name.empty()) {
        if (char const* set = std::getenv("EXHIBIT_CASE")) name = set;
    }
    if (name.empty()) {
        auto const names = case_names(globals);
        if (names.empty()) {
            return wrong_use("there is no case yet")
                .at(cases_folder(globals).string())
                .coded("no-case")
                .hint("begin one with  exhibit init NAME --guardians FILE");
        }
        if (names.size() > 1) {
            std::string list;
            for (auto const& one : names) list += (list.empty() ? "" : ", ") + one;
            return wrong_use("there are several cases: " + list)
                .coded("which-case")
                .hint("say which with  --case NAME");
        }
        name = names.front();
    }
    if (name.find('/') != std::string::npos || name.starts_with(".")) {
        return wrong_use("is not the name of a case").at(name).coded("name");
    }
    return name;
}

Result<seal::CaseFolder> find_case(Globals const& globals) {
    auto name = TRY(chosen_case(globals));
    auto const epochs = epochs_of(globals, name);
    bool const one_is_named = name.find('~') != std::string::npos;
    if (name.ends_with("~1")) {
        name.resize(name.size() - 2);
    } else if (epochs.size() == 1 && !one_is_named) {
        name = epochs.front().name;
    } else if (epochs.size() > 1 && !one_is_named) {
        return wrong_use("this case has " + std::to_string(epochs.size()) +
                         " epochs, each with its own guardians")
            .at(name)
            .coded("which-epoch")
            .hint("say which:  --case " + name + "~1  …  --case " + epochs.back().name);
    }
    return seal::CaseFolder::open(cases_folder(globals) / name);
}

}  // namespace exhibit::cli
