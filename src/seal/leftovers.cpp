#include "seal/leftovers.hpp"

#include <algorithm>

#include "seal/leftovers_search.hpp"

namespace exhibit::seal {
namespace {

constexpr std::size_t read_bytes_max = 8 << 20;

// Lists of programs that remember what was typed or opened.
struct Remembering {
    char const* path;  // below home
    char const* kind;
    char const* mend;
};
constexpr Remembering remembering[] = {
    {".bash_history", "history",
     "delete those lines, or the file, from a shell that is then killed"},
    {".zsh_history", "history",
     "delete those lines, or the file, from a shell that is then killed"},
    {".zhistory", "history", "delete those lines, or the file, from a shell that is then killed"},
    {".ksh_history", "history", "delete those lines, or the file"},
    {".local/share/fish/fish_history", "history", "history delete --contains exhibit"},
    {".python_history", "history", "delete those lines"},
    {".lesshst", "history", "delete the file"},
    {".wget-hsts", "history", "delete the file"},
    {".viminfo", "editor", "delete the file"},
    {".local/state/nvim/shada/main.shada", "editor", "delete the file"},
    {".local/share/recently-used.xbel", "recent", "clear the list of recent files in the settings"},
    {".config/vlc/vlc-qt-interface.conf", "recent", "clear VLC's list of recent media"},
    {".local/share/gvfs-metadata/home", "recent", "delete the folder gvfs-metadata"},
    {".config/user-dirs.dirs", "recent", "change the line"},
    {".ssh/known_hosts", "network", "ssh-keygen -R HOST"},
};

// Caches and indexes whose content is not searched: that they are there is enough.
constexpr Remembering caches[] = {
    {".cache/thumbnails", "thumbnails",
     "delete the folder: it holds small pictures of your footage"},
    {".thumbnails", "thumbnails", "delete the folder: it holds small pictures of your footage"},
    {".local/share/RecentDocuments", "recent", "delete its files"},
    {".cache/tracker3", "index", "tracker3 reset --filesystem"},
    {".local/share/baloo", "index", "balooctl purge"},
    {".local/share/zeitgeist", "index", "delete the folder"},
    {".local/share/recoll", "index", "delete the folder"},
    {".local/share/Trash/files", "trash", "empty the trash"},
    {".cache/mozilla", "cache", "clear the browser's cache and history"},
    {".cache/chromium", "cache", "clear the browser's cache and history"},
};

std::size_t files_below(Path const& folder) {
    std::size_t count = 0;
    std::error_code problem;
    using Walk = std::filesystem::recursive_directory_iterator;
    for (auto it = Walk(folder, problem); !problem && it != Walk(); it.increment(problem)) {
        count += it->is_regular_file(problem);
        if (count >= 100'000) break;
    }
    return count;
}

std::string times(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " mention" : " mentions") + " of exhibit";
}

}  // namespace

std::size_t count_mentions(Path const& file, std::string_view lower_word) {
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem)) return 0;
    auto const opened = open_for_reading(file);
    if (!opened.ok()) return 0;
    Bytes content(read_bytes_max);
    auto const got = read_some(opened->get(), content, file);
    if (!got.ok()) return 0;
    content.resize(*got);
    std::ranges::transform(content, content.begin(), [](Byte c) {
        return c >= 'A' && c <= 'Z' ? static_cast<Byte>(c + 32) : c;
    });
    auto const text = as_text(content);
    std::size_t count = 0;
    for (auto at = text.find(lower_word); at != std::string_view::npos;
         at = text.find(lower_word, at + lower_word.size()))
        ++count;
    return count;
}

std::vector<Path> entries_of(Path const& folder) {
    std::vector<Path> found;
    std::error_code problem;
    for (auto it = std::filesystem::directory_iterator(folder, problem);
         !problem && it != std::filesystem::directory_iterator(); it.increment(problem))
        found.push_back(it->path());
    std::ranges::sort(found);
    return found;
}

void find_cases(Places const& places, Leftovers& to) {
    for (auto const& path : entries_of(places.cases)) {
        auto const name = path.filename().string();
        if (is_there(path / "case.json")) {
            to.traces.push_back({"case", path.string(), "the case \"" + name + "\"",
                                 "exhibit travel --case " + name});
        } else if (name.starts_with(".wiping-") || name.ends_with(".new")) {
            to.traces.push_back({"case", path.string(), "what a killed command left",
                                 "it is removed by the next command of its kind, or by you"});
        } else if (name == "drills") {
            to.traces.push_back({"case", path.string(), "rehearsals", "delete the folder"});
        }
    }
    if (is_there(places.cases))
        to.traces.push_back(
            {"case", places.cases.string(), "the folder for cases", "delete it when it is empty"});
}

void find_in_home(Places const& places, Leftovers& to) {
    for (auto const& one : remembering) {
        auto const path = places.home / one.path;
        auto const count = count_mentions(path, "exhibit");
        if (count > 0) to.traces.push_back({one.kind, path.string(), times(count), one.mend});
    }
    for (auto const& one : caches) {
        auto const path = places.home / one.path;
        auto const count = files_below(path);
        if (count == 0) continue;
        to.traces.push_back(
            {one.kind, path.string(),
             std::to_string(count) + (count == 1 ? " file" : " files") + ", not looked into",
             one.mend});
    }
    for (auto const* folder : {".config/systemd/user", ".config/autostart"}) {
        for (auto const& path : entries_of(places.home / folder)) {
            auto const count = count_mentions(path, "exhibit");
            if (count > 0)
                to.traces.push_back({"autostart", path.string(), times(count), "delete the file"});
        }
    }
}

Leftovers find_leftovers(Places const& places) {
    Leftovers found;
    find_cases(places, found);
    find_in_home(places, found);
    find_by_content(places, found);
    find_in_system(places, found);
    return found;
}

std::vector<std::string> unseen_leftovers() {
    return {
        "blocks of flash memory (cards, SSDs, phones) that hold what was deleted: only encryption "
        "from "
        "the start, or destroying the medium, helps",
        "snapshots and copies of the file system, backups, cloud folders that were synchronised",
        "databases of camera and gallery apps, and what phones send to their makers",
        "memory of a machine that was suspended to disk, and of virtual machines",
        "what the network saw: addresses of guardians, times and sizes, unless through --proxy",
        "what others have: guardians know when you came; contacts have their messages; friends "
        "talk",
    };
}

}  // namespace exhibit::seal
