#include "seal/leftovers_search.hpp"

#include <algorithm>
#include <array>

namespace exhibit::seal {
namespace {

// Bounds of the walk through home: a person waits for it, maybe not for long.
constexpr std::size_t files_max = 50'000;
constexpr int depth_max = 6;
constexpr std::uintmax_t file_bytes_max = 1 << 20;
constexpr std::size_t head_bytes = 64 * 1024;

// Texts that only Exhibit's papers hold.
struct Telltale {
    std::string_view text;
    char const* what;
    char const* mend;
};
constexpr Telltale telltales[] = {
    {"exhibit-guardian-1:", "an invitation of a guardian", "delete it: it was used"},
    {"\"exhibit.case.v1\"", "a copy of a case", "exhibit travel, or delete it"},
    {"AGE-SECRET-KEY-1", "an age key", "keep it where nobody looks, or delete it"},
    {"exhibit open --shares", "a share card", "print it, then delete it"},
    {"application/vnd.exhibit.", "a signed document of a case", "delete it"},
    {"-> scrypt ", "an age file with a passphrase", "delete it if it is of a case"},
};

bool is_copy_of_an_editor(std::string const& name) {
    for (std::string_view const ending : {"~", ".swp", ".swo", ".bak", ".save", ".orig"}) {
        if (name.ends_with(ending)) return true;
    }
    return name.starts_with("#") && name.ends_with("#");
}

bool is_below(Path const& path, Path const& folder) {
    auto const text = path.string(), above = folder.string() + "/";
    return !folder.empty() && text.starts_with(above);
}

void look_into(Path const& path, Leftovers& to) {
    auto const opened = open_for_reading(path);
    if (!opened.ok()) return;
    Bytes head(head_bytes);
    auto const got = read_some(opened->get(), head, path);
    if (!got.ok()) return;
    ++to.files_read;
    auto const text = as_text(ByteView(head).first(*got));
    for (auto const& one : telltales) {
        if (text.find(one.text) == std::string_view::npos) continue;
        auto const copy = is_copy_of_an_editor(path.filename().string());
        to.traces.push_back({copy ? "editor" : "paper", path.string(),
                             std::string(copy ? "an editor's copy of " : "") + one.what, one.mend});
        return;
    }
}

void find_package(Places const& places, Leftovers& to) {
    auto const list = places.root / "var/lib/dpkg/info/exhibit.list";
    if (is_there(list))
        to.traces.push_back({"program", list.string(), "Exhibit is an installed package",
                             "apt purge exhibit; the logs below keep its name"});
    if (!places.program.empty())
        to.traces.push_back({"program", places.program.string(), "this program",
                             "delete it last; on a memory stick it is quicker to part with"});
    for (auto const* path : {"usr/share/man/man1/exhibit.1.gz", "usr/share/man/man1/exhibit.1",
                             "usr/share/bash-completion/completions/exhibit"}) {
        if (is_there(places.root / path))
            to.traces.push_back({"program", (places.root / path).string(),
                                 "its manual or completions", "apt purge exhibit, or delete it"});
    }
}

void find_logs(Places const& places, Leftovers& to) {
    constexpr char const* logs[] = {"var/log/apt/history.log", "var/log/dpkg.log",
                                    "var/log/syslog",          "var/log/messages",
                                    "var/log/auth.log",        "var/log/kern.log"};
    for (auto const* log : logs) {
        auto const path = places.root / log;
        auto const count = count_mentions(path, "exhibit");
        if (count > 0)
            to.traces.push_back({"log", path.string(),
                                 std::to_string(count) + " mentions of exhibit",
                                 "only the administrator can delete lines there"});
    }
    for (auto const* folder : {"var/log/journal", "run/log/journal"}) {
        if (entries_of(places.root / folder).empty()) continue;
        to.traces.push_back(
            {"log", (places.root / folder).string(),
             "the system's journal; it may name programs that crashed or asked for root",
             "journalctl --grep exhibit shows what; journalctl --vacuum-time=1s "
             "removes old parts"});
    }
}

void find_memory_on_disk(Places const& places, Leftovers& to) {
    auto const swaps = read_file(places.root / "proc/swaps", 64 * 1024);
    // The first line is a heading.
    if (swaps.ok() && std::ranges::count(*swaps, Byte{'\n'}) > 1)
        to.traces.push_back(
            {"swap", (places.root / "proc/swaps").string(),
             "swap is in use; keys are locked out of it, what other programs showed "
             "of your footage is not",
             "encrypt it, or: swapoff -a"});
    if (is_there(places.root / "sys/power/resume")) {
        auto const resume = read_file(places.root / "sys/power/resume", 64);
        if (resume.ok() && as_text(*resume) != "0:0\n")
            to.traces.push_back({"swap", (places.root / "sys/power/resume").string(),
                                 "the machine can suspend to disk, which writes down all memory",
                                 "shut down instead"});
    }
    for (auto const* folder : {"var/lib/systemd/coredump", "var/crash"}) {
        for (auto const& path : entries_of(places.root / folder)) {
            if (path.filename().string().find("exhibit") == std::string::npos) continue;
            to.traces.push_back({"core", path.string(), "a memory dump of Exhibit", "delete it"});
        }
    }
}

}  // namespace

void find_by_content(Places const& places, Leftovers& to) {
    std::error_code problem;
    using Walk = std::filesystem::recursive_directory_iterator;
    auto const options = std::filesystem::directory_options::skip_permission_denied;
    std::size_t seen = 0;
    for (auto it = Walk(places.home, options, problem); !problem && it != Walk();
         it.increment(problem)) {
        std::error_code ignored;
        if (it->is_directory(ignored) && !it->is_symlink(ignored)) {
            if (it.depth() >= depth_max || it->path() == places.cases)
                it.disable_recursion_pending();
            continue;
        }
        if (++seen > files_max) {
            to.gave_up = true;
            return;
        }
        bool const small = it->is_regular_file(ignored) && !it->is_symlink(ignored) &&
                           it->file_size(ignored) <= file_bytes_max;
        if (small && !is_below(it->path(), places.cases)) look_into(it->path(), to);
    }
}

void find_in_system(Places const& places, Leftovers& to) {
    find_package(places, to);
    find_logs(places, to);
    find_memory_on_disk(places, to);
}

}  // namespace exhibit::seal
